// What surrounds a project's code: locked error texts, places in the source, and stand-ins for packages.

const stringify = JSON.stringify;
const parse = JSON.parse;
const NativeError = Error;

// An exception that leaves QuickJS is turned into text outside the time limit, and only InternalError ("interrupted", "out
// of memory") can leave. That text must never run the project's code.
const lock = (target, values) => {
  for (const key of Reflect.ownKeys(values))
    Object.defineProperty(target, key, { value: values[key], writable: false, configurable: false, enumerable: false });
};
lock(InternalError.prototype, {
  toString: Error.prototype.toString,
  name: "InternalError",
  message: "",
  stack: "",
  valueOf: undefined,
  [Symbol.toPrimitive]: undefined,
});
Object.freeze(InternalError.prototype);

// Where the project's code called us: every call of its code tells its number just before it is made.
let lastCall = null;
const here = () => lastCall;
// Before the first call there is the module that runs, as a number below 0.
let runningModule = null;
const nearby = () => lastCall ?? (runningModule === null ? null : -1 - runningModule);
lock(globalThis, { __lastCall: nearby });

// An exception's place is in its stack; the project's lines start after this one in the joined script.
let firstLine = 0;
const frames = /<input>:(\d+):(\d+)/g;
function thrownAt(stack) {
  const found = [...String(stack).matchAll(frames)].map(([, line, column]) => [Number(line), Number(column)]);
  return found.filter(([line]) => line > firstLine);
}
// Whether the project's code itself threw it, and not a function that it called.
const isOwn = (stack) => thrownAt(String(stack).split("\n")[0]).length > 0;

class SchemaError extends Error {
  constructor(message, at, pkg = null) {
    super(message);
    this.at = at;
    this.package = pkg;
  }
}

function needFunction(value, what, at) {
  if (typeof value !== "function") throw new SchemaError(`${what} is not a function`, at);
}

// ---- stand-ins -------------------------------------------------------------------------------------------------------

// A package that is not ours to run is one endlessly callable value. Text made from it bears a mark, so that it is found
// again wherever it ends up.
const MARK_START = "\uE0F0\uE0F1";
const MARK_END = "\uE0F2";
const standInLabels = [];
const standInNames = new WeakMap();
const standInPlaces = new WeakMap();
const touched = new Set();
let numbersFrom = null;

function standIn(name) {
  const number = standInLabels.push(name) - 1;
  const text = MARK_START + number + MARK_END;
  const root = name.split("\n")[0];
  const members = new Map();
  const target = function () {};
  const member = (key) => {
    if (!members.has(key)) members.set(key, standIn(`${name}.${String(key)}`));
    return members.get(key);
  };
  const made = (suffix) => {
    touched.add(name.split(/[.(]/)[0]);
    return member(suffix);
  };
  const proxy = new Proxy(target, {
    get(_, key) {
      switch (key) {
        case Symbol.toPrimitive:
          return (hint) => {
            if (hint === "number") numbersFrom = name;
            return text;
          };
        case Symbol.iterator:
          return function* () {
            yield member("[]");
          };
        case Symbol.asyncIterator:
        case Symbol.toStringTag:
        case Symbol.hasInstance:
        case "then":
          return undefined;
        case "toString":
        case "toJSON":
        case "valueOf":
          return () => text;
        case "prototype":
          return target.prototype;
        case "__esModule":
          return true;
        default:
          return typeof key === "symbol" ? undefined : member(key);
      }
    },
    apply: () => made("()"),
    construct: () => made("()"),
    set: () => true,
    defineProperty: () => true,
    deleteProperty: () => true,
    has: (_, key) => typeof key === "string",
    ownKeys: () => ["prototype", text],
    getOwnPropertyDescriptor: (_, key) =>
      key === "prototype"
        ? Reflect.getOwnPropertyDescriptor(target, "prototype")
        : { value: member(key), writable: true, enumerable: true, configurable: true },
  });
  standInNames.set(proxy, name);
  standInPlaces.set(proxy, here());
  return proxy;
}

const isStandIn = (value) => (typeof value === "function" || typeof value === "object") && value !== null && standInNames.has(value);

function refuseStandIn(value, what, at) {
  if (isStandIn(value)) throw standInError(standInNames.get(value), what, at);
}
const standInError = (name, what, at) => new SchemaError(standInMessage(name, what), at, packageOf(name));
const standInMessage = (name, what) =>
  `${what} comes from ${JSON_quote(packageOf(name))}, which is not run here (${name})`;
const packageOf = (name) => standInPackages.find((known) => name === known || name.startsWith(known + ".")) ?? name;
const standInPackages = [];
const JSON_quote = (text) => stringify(text);
