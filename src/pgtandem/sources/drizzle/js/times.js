// A schema that is read twice, anywhere, must come out the same: the clock stands still, in UTC, and no locale is known.

const clockReads = new WeakMap();

const replace = (target, methods) => {
  for (const [name, value] of Object.entries(methods)) Object.defineProperty(target, name, { value, writable: true, configurable: true });
};

// What the machine's locale decides is text that bears a mark: harmless until the schema needs it.
const localTexts = new Map();
function localText(what) {
  if (!localTexts.has(what)) localTexts.set(what, String(standIn(`the global Intl.${what}()`)));
  return localTexts.get(what);
}

// The order of ICU's root collation, which most locales share for these letters: accents count where all letters are the
// same, capitals where all accents are.
const COLLATION = "\t\n\v\f\r _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$0123456789abcdefghijklmnopqrstuvwxyz";
const weight = (letter) => {
  const place = COLLATION.indexOf(letter);
  return place < 0 ? COLLATION.length + letter.codePointAt(0) : place;
};
function inOrder(left, right) {
  const at = left.findIndex((value, place) => value !== right[place]);
  if (at < 0) return Math.sign(left.length - right.length);
  return at >= right.length || left[at] > right[at] ? 1 : -1;
}
const LEVELS = [
  (text) => [...text.toLowerCase().replace(/\p{M}/gu, "")].map(weight),
  (text) => [...text.toLowerCase()].map(weight),
  (text) => [...text].map((letter) => (letter === letter.toLowerCase() ? 0 : 1)),
];
function compared(left, right, options) {
  if (options !== undefined || /[^\t-\r -~]/.test(left + right))
    noteOnce("texts are put in order by localeCompare(), which depends on the locale: here that of plain letters");
  const [one, other] = [left.normalize("NFD"), right.normalize("NFD")];
  for (const level of LEVELS) {
    const found = inOrder(level(one), level(other));
    if (found !== 0) return found;
  }
  return 0;
}

function installLocale() {
  replace(Number.prototype, { toLocaleString: () => localText("Number.toLocaleString") });
  replace(BigInt.prototype, { toLocaleString: () => localText("BigInt.toLocaleString") });
  for (const name of ["toLocaleString", "toLocaleDateString", "toLocaleTimeString"])
    replace(Date.prototype, { [name]: () => localText(`Date.${name}`) });
  const { toLowerCase, toUpperCase } = String.prototype;
  const special = (locales) => /^(?:az|el|lt|tr)\b/i.test(String(locales));
  replace(String.prototype, {
    toLocaleLowerCase(locales) {
      return special(locales) ? localText("String.toLocaleLowerCase") : toLowerCase.call(this);
    },
    toLocaleUpperCase(locales) {
      return special(locales) ? localText("String.toLocaleUpperCase") : toUpperCase.call(this);
    },
    localeCompare(other, locales, options) {
      return compared(String(this), String(other), options ?? locales);
    },
  });
}

// A time without a zone is one of the machine's; text that names none is taken for UTC.
const NAMES_ZONE = /(?:Z|[A-Z]{3}|[+-]\d\d:?\d\d|\([^)]*\))\s*$/i;
const DAY_ONLY = /^\s*[+-]?\d{4,6}(?:-\d\d){0,2}\s*$/;
const ISO = /^\s*[+-]?\d{4,6}-\d\d-\d\dT/;
const inUTC = (text) => (NAMES_ZONE.test(text) || DAY_ONLY.test(text) ? text : `${text}${ISO.test(text) ? "Z" : " GMT"}`);

function installClock() {
  const RealDate = Date;
  const { prototype } = RealDate;
  const now = 0;
  const known = { now: () => now, parse: (text) => RealDate.parse(inUTC(String(text))) };
  const arguments_ = (args) => {
    if (args.length === 0) return [now];
    if (args.length > 1) return [RealDate.UTC(...args)];
    return typeof args[0] === "string" ? [known.parse(args[0])] : args;
  };
  const FixedDate = new Proxy(RealDate, {
    construct(target, args, newTarget) {
      const value = Reflect.construct(target, arguments_(args), newTarget === FixedDate ? target : newTarget);
      if (args.length === 0) clockReads.set(value, true);
      return value;
    },
    apply: () => new RealDate(now).toString(),
    get: (target, key) => (Object.hasOwn(known, key) ? known[key] : Reflect.get(target, key)),
  });
  for (const part of ["FullYear", "Month", "Date", "Day", "Hours", "Minutes", "Seconds", "Milliseconds"])
    for (const verb of part === "Day" ? ["get"] : ["get", "set"]) replace(prototype, { [verb + part]: prototype[`${verb}UTC${part}`] });
  const { toUTCString } = prototype;
  const written = (date, write) => (Number.isNaN(date.getTime()) ? "Invalid Date" : write(...toUTCString.call(date).replace(",", "").split(" ")));
  const zone = "GMT+0000 (Coordinated Universal Time)";
  replace(prototype, {
    constructor: FixedDate,
    getTimezoneOffset() {
      return this.getTime() * 0;
    },
    toString() {
      return written(this, (weekday, day, month, year, time) => `${weekday} ${month} ${day} ${year} ${time} ${zone}`);
    },
    toDateString() {
      return written(this, (weekday, day, month, year) => `${weekday} ${month} ${day} ${year}`);
    },
    toTimeString() {
      return written(this, (weekday, day, month, year, time) => `${time} ${zone}`);
    },
  });
  return FixedDate;
}
