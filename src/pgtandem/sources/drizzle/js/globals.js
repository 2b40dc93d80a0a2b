// The globals that schemas read while they load. Chance is not chance; what is not known here is a stand-in.

const notes = [];
const noteOnce = (note) => {
  if (!notes.includes(note)) notes.push(note);
};
const unset = new Set();

// As https://html.spec.whatwg.org/#structuredserializeinternal has it, for what a schema may hold.
function structuredClone(value, known = new Map()) {
  if (typeof value === "function" || typeof value === "symbol") throw new TypeError(`structuredClone() cannot copy a ${typeof value}`);
  if (typeof value !== "object" || value === null || isStandIn(value)) return value;
  if (known.has(value)) return known.get(value);
  const keep = (made) => {
    known.set(value, made);
    return made;
  };
  const copy = (one) => structuredClone(one, known);
  if (value instanceof Date) return keep(new Date(value.getTime()));
  if (value instanceof RegExp) return keep(new RegExp(value.source, value.flags));
  if (value instanceof ArrayBuffer) return keep(value.slice(0));
  if (ArrayBuffer.isView(value)) return keep(value instanceof DataView ? new DataView(copy(value.buffer), value.byteOffset, value.byteLength) : new (value instanceof Uint8Array ? Uint8Array : value.constructor)(value));
  if (value instanceof Map) {
    const made = keep(new Map());
    for (const [key, one] of value) made.set(copy(key), copy(one));
    return made;
  }
  if (value instanceof Set) {
    const made = keep(new Set());
    for (const one of value) made.add(copy(one));
    return made;
  }
  const made = keep(Array.isArray(value) ? new Array(value.length) : {});
  for (const [key, one] of Object.entries(value)) made[key] = copy(one);
  return made;
}

function installGlobals(environment, withheld) {
  let seed = 42;
  Math.random = () => {
    seed = (seed * 16807) % 2147483647;
    return seed / 2147483647;
  };

  const silent = () => undefined;
  // A variable that is set and not shown is a text that bears a mark: harmless until the schema needs it.
  const env = new Proxy({ ...environment }, {
    get(target, key) {
      if (typeof key !== "string" || key in target) return target[key];
      unset.add(key);
      return withheld.has(key) ? MARK_START + (standInLabels.push(`process.env.${key}`) - 1) + MARK_END : undefined;
    },
    has(target, key) {
      if (typeof key === "string" && !(key in target)) unset.add(key);
      return key in target;
    },
  });
  const define = (name, value) =>
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
  define("Date", installClock());
  installLocale();
  define("console", new Proxy({}, { get: () => silent }));
  define("process", {
    env, argv: [], platform: "linux", version: "v20.0.0", versions: { node: "20.0.0" }, cwd: () => "/", exit: silent,
    on: silent, once: silent, emitWarning: silent, nextTick: silent, stdout: { write: silent }, stderr: { write: silent },
  });
  define("global", globalThis);
  for (const name of ["setTimeout", "setInterval", "setImmediate"]) define(name, () => 0);
  for (const name of ["clearTimeout", "clearInterval", "clearImmediate"]) define(name, silent);
  for (const [name, value] of Object.entries({ TextEncoder, TextDecoder, ...nodeBuffer })) define(name, value);
  define("structuredClone", (value) => structuredClone(value));
  for (const name of [
    "URL", "URLSearchParams", "crypto", "fetch", "Headers", "Request", "Response", "AbortController", "Blob", "File", "FormData", "Intl",
  ]) {
    standInPackages.push(`the global ${name}`);
    define(name, standIn(`the global ${name}`));
  }
}
