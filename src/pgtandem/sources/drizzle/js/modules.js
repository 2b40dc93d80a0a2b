// The project's modules: each runs once, after those it imports, and every import is a live view of the other's export.

const modules = [];
let requireStack = [];

function link(descriptions) {
  for (const description of descriptions) {
    modules.push({ ...description, state: "new", own: null, space: null, body: null, common: null });
  }
}
const defineModule = (id, body) => {
  modules[id].body = body;
};

const NOT_FOUND = Symbol("not found");

// A source is a number (one of the project's modules), a text (a package) or null (a file that holds no code).
function exported(source, name, seen = new Set()) {
  if (typeof source === "string") return packageExport(source, name);
  if (source !== null && typeof source === "object") return name === "default" ? source.json : (source.json ?? {})[name];
  const value = find(source, name, seen);
  return value === NOT_FOUND ? undefined : value;
}
function find(id, name, seen) {
  const key = `${id} ${name}`;
  if (seen.has(key)) return NOT_FOUND;
  seen.add(key);
  const module = modules[id];
  if (module.commonjs) return commonExport(module, name);
  if (module.own !== null && name in module.own) return module.own[name];
  const indirect = module.reexports.find(([as]) => as === name);
  if (indirect) {
    const [, source, original] = indirect;
    return original === "*" ? space(source) : exported(source, original, seen);
  }
  if (name === "default") return NOT_FOUND;
  for (const source of module.stars) {
    if (typeof source === "number") {
      const value = find(source, name, seen);
      if (value !== NOT_FOUND) return value;
    } else if (typeof source === "string" && recorded(source) && name in recorded(source)) {
      return recorded(source)[name];
    }
  }
  return NOT_FOUND;
}

// A CommonJS module: what it exports is known only when it has run.
function commonExport({ common }, name) {
  const given = common?.exports;
  if (name === "default") return given?.__esModule ? given.default : given;
  return given !== null && (typeof given === "object" || typeof given === "function") && name in given ? given[name] : NOT_FOUND;
}

// The names in the order in which a transpiled module lists them: its own sorted, then those of each `export *` in turn.
function names(id, seen = new Set()) {
  if (seen.has(id)) return [];
  seen.add(id);
  const { exports, stars, commonjs, common } = modules[id];
  if (commonjs) return Object.keys(common?.exports ?? {});
  const listed = [...exports];
  for (const source of stars) {
    const others =
      typeof source === "number" ? names(source, seen) : typeof source === "string" ? Object.keys(recorded(source) ?? {}) : [];
    for (const name of others) if (name !== "default" && !listed.includes(name)) listed.push(name);
  }
  return listed;
}

const packageSpaces = new Map();
function space(source) {
  if (typeof source === "string") {
    if (!packageSpaces.has(source)) {
      const get = (known, key) => (typeof key === "symbol" || key === "then" ? known[key] : packageExport(source, key));
      packageSpaces.set(source, new Proxy(recorded(source) ?? {}, { get }));
    }
    return packageSpaces.get(source);
  }
  if (source !== null && typeof source === "object") return source.json;
  const module = modules[source];
  if (module.commonjs) return common(module);
  if (module.space === null) {
    module.space = {};
    for (const name of names(source)) {
      Object.defineProperty(module.space, name, { get: () => exported(source, name), enumerable: true, configurable: true });
    }
  }
  return module.space;
}

// `require()` and `import *` of a CommonJS module give what it exports, which has a default of its own for `import x`.
function common({ common: { exports } }) {
  if (exports === null || typeof exports !== "object" || exports.__esModule) return exports;
  return new Proxy(exports, { get: (target, key) => (key === "default" && !("default" in target) ? target : target[key]) });
}

const nothing = Object.freeze([]);

function requireModule(id) {
  const module = modules[id];
  if (module.state !== "new") return;
  module.state = "loading";
  const scope = Object.create(null);
  for (const [local, source, name] of module.imports) {
    const get = () => (name === "*" ? space(source) : exported(source, name));
    // What a package gives is the same each time.
    Object.defineProperty(scope, local, typeof source === "string" ? { value: get(), enumerable: true } : { get, enumerable: true });
  }
  for (const [name, changes] of module.held) hold(scope, name, changes);
  scope.require = (specifier) => {
    const source = module.requires[specifier];
    if (source === undefined) return standIn(String(specifier));
    if (typeof source === "number") requireModule(source);
    return typeof source === "number" && modules[source].commonjs ? modules[source].common.exports : space(source);
  };
  if (module.commonjs) {
    module.common = { exports: {} };
    Object.defineProperty(scope, "module", { get: () => module.common });
    Object.defineProperty(scope, "exports", { get: () => module.common.exports });
    scope.__filename = scope.__dirname = "/";
  }
  scope.__meta = { url: `file:///${module.path}`, dirname: "/", filename: `/${module.path}`, env: {} };
  scope.__p = (call) => {
    lastCall = module.firstCall + call;
    return nothing;
  };
  scope.__enumerate = enumerate;
  scope.__merge = mergeNamespace;
  // The first step makes the exports known, so that a module of a cycle finds them (and functions, which are hoisted)
  // before this one has run.
  const steps = module.body(scope, (own) => {
    module.own = own;
  });
  steps.next();
  for (const dependency of module.dependencies) if (typeof dependency === "number") requireModule(dependency);
  runningModule = id;
  steps.next();
  module.state = "loaded";
}

// A constant or variable of a module, which is there when its statement has run.
function hold(scope, name, changes) {
  Object.defineProperty(scope, name, {
    get: () => {
      throw new ReferenceError(`${name} is not initialized`);
    },
    set: (value) => {
      Object.defineProperty(scope, name, { value, writable: changes, configurable: false });
    },
    configurable: true,
  });
}

// A TypeScript enum: numbers lead back to their names.
function enumerate(members, declare) {
  const target = members ?? {};
  let previous = -1;
  declare((name, ...given) => {
    const value = given.length > 0 ? given[0] : previous + 1;
    target[name] = value;
    if (typeof value === "number") {
      target[value] = name;
      previous = value;
    }
    return value;
  }, target);
  return target;
}

// A TypeScript namespace: its exports become members of the object (or function or class) of its name.
function mergeNamespace(known, declare) {
  const target = known ?? {};
  declare((members) => Object.defineProperties(target, Object.getOwnPropertyDescriptors(members)), target, target);
  return target;
}
