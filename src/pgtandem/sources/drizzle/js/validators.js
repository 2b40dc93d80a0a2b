// zod and drizzle-zod, as far as a schema can see them: enums stay readable, everything else is only carried along.

const ZOD = Symbol.for("pgtandem:zod");

// A validator is a bag of what can be read back from it; any method that we do not know gives the validator itself.
function validator(kind, known = {}) {
  const bag = { kind, ...known };
  const proxy = new Proxy(function () {}, {
    get(_, key) {
      if (key === ZOD) return bag;
      if (key in zodMethods && !(key in bag)) return (...args) => zodMethods[key](bag, proxy, ...args);
      if (key in bag) return bag[key];
      if (typeof key === "symbol" || key === "then") return undefined;
      if (key === "toJSON" || key === "toString") return () => standIn(`zod.${kind}`).toString();
      return (...args) => {
        for (const arg of args) if (typeof arg === "function" && key === "lazy") arg();
        return proxy;
      };
    },
    apply: () => proxy,
    has: (_, key) => key in bag,
  });
  return proxy;
}
const bagOf = (value) => (typeof value === "function" && !isStandIn(value) ? value[ZOD] : undefined);

const entriesOf = (values) => Object.fromEntries(values.map((value) => [value, value]));
const enumValidator = (values) => {
  const listed = Array.isArray(values) ? [...values] : Object.values(values);
  const named = Array.isArray(values) ? entriesOf(listed) : { ...values };
  return validator("enum", {
    options: listed, enum: named, Enum: named, Values: named, values: named, _values: new Set(listed),
    _def: { values: listed, entries: named },
    def: { entries: named },
  });
};
const objectValidator = (shape) => validator("object", { shape: shape ?? {}, _def: { shape: () => shape ?? {} } });

const zodMethods = {
  optional: (bag, self) => validator("optional", { inner: self }),
  nullable: (bag, self) => validator("optional", { inner: self }),
  nullish: (bag, self) => validator("optional", { inner: self }),
  default: (bag, self, value) => validator("default", { inner: self, value }),
  prefault: (bag, self, value) => validator("default", { inner: self, value }),
  catch: (bag, self, value) => validator("default", { inner: self, value }),
  unwrap: (bag, self) => bag.inner ?? bag.element ?? self,
  innerType: (bag, self) => bag.inner ?? self,
  removeDefault: (bag, self) => bag.inner ?? self,
  array: (bag, self) => validator("array", { element: self }),
  or: (bag, self, other) => validator("union", { options: [self, other] }),
  and: (bag, self, other) => objectValidator({ ...bag.shape, ...bagOf(other)?.shape }),
  extend: (bag, self, more) => objectValidator({ ...bag.shape, ...more }),
  safeExtend: (bag, self, more) => objectValidator({ ...bag.shape, ...more }),
  augment: (bag, self, more) => objectValidator({ ...bag.shape, ...more }),
  merge: (bag, self, other) => objectValidator({ ...bag.shape, ...bagOf(other)?.shape }),
  pick: (bag, self, mask) => objectValidator(Object.fromEntries(Object.entries(bag.shape ?? {}).filter(([key]) => mask?.[key]))),
  omit: (bag, self, mask) => objectValidator(Object.fromEntries(Object.entries(bag.shape ?? {}).filter(([key]) => !mask?.[key]))),
  keyof: (bag) => enumValidator(Object.keys(bag.shape ?? {})),
  extract: (bag, self, values) => enumValidator([...values]),
  exclude: (bag, self, values) => enumValidator(bag.options.filter((value) => !values.includes(value))),
  parse: (bag, self, value) => checked(self, value),
  safeParse: (bag, self, value) => ({ success: true, data: checked(self, value) }),
};

// Configuration that is read through a validator reaches a few schemas' names, so the plain kinds are really applied.
function checked(self, value) {
  const bag = bagOf(self);
  switch (bag?.kind) {
    case "object":
      return Object.fromEntries(Object.entries(bag.shape).map(([key, inner]) => [key, checked(inner, value?.[key])]));
    case "default":
      return value === undefined ? (typeof bag.value === "function" ? bag.value() : bag.value) : checked(bag.inner, value);
    case "optional":
      return value === undefined || value === null ? value : checked(bag.inner, value);
    case "string":
    case "boolean":
    case "number":
    case "enum":
    case "literal":
      return typeof value === "string" || typeof value === bag.kind ? value : standIn(`zod.${bag.kind}().parse()`);
    default:
      return standIn(`zod.${bag?.kind ?? "value"}().parse()`);
  }
}

const zodMakers = {
  enum: (values) => enumValidator(values),
  nativeEnum: (values) => enumValidator(Object.values(values).some((value) => typeof value === "number") ? Object.values(values).filter((value) => typeof value === "number") : values),
  object: objectValidator,
  strictObject: objectValidator,
  looseObject: objectValidator,
  interface: objectValidator,
  literal: (value) => validator("literal", { value, values: new Set([value].flat()) }),
  union: (options) => validator("union", { options }),
  discriminatedUnion: (key, options) => validator("union", { options }),
  array: (element) => validator("array", { element }),
  optional: (inner) => validator("optional", { inner }),
  nullable: (inner) => validator("optional", { inner }),
  preprocess: (_, inner) => inner,
};
const zodConstants = {};
for (const key of ["ZodIssueCode", "NEVER", "INVALID", "TimePrecision", "core", "globalRegistry", "locales", "regexes", "util"])
  zodConstants[key] = standIn(`zod.${key}`);
const zod = new Proxy({}, {
  get(_, key) {
    if (typeof key === "symbol" || key === "then") return undefined;
    if (key === "z" || key === "default") return zod;
    if (key in zodMakers) return zodMakers[key];
    if (key in zodConstants) return zodConstants[key];
    if (key === "coerce" || key === "iso") return zod;
    // A class of zod's own, for `instanceof` and `extends`.
    if (/^Zod[A-Z]/.test(key)) return standIn(`zod.${key}`);
    return () => validator(key);
  },
  has: () => true,
});

const tableValidator = (source) => {
  if (isPgEnum(source)) return enumValidator(source.enumValues);
  const columns = source instanceof Table ? source[META].columns : source instanceof View ? source[VIEW].selectedFields : {};
  return objectValidator(
    Object.fromEntries(
      Object.entries(columns).map(([key, column]) => [key, column.enumValues ? enumValidator(column.enumValues) : validator("column")]),
    ),
  );
};
const drizzleZod = {
  createInsertSchema: tableValidator,
  createSelectSchema: tableValidator,
  createUpdateSchema: tableValidator,
  createSchemaFactory: () => ({
    createInsertSchema: tableValidator,
    createSelectSchema: tableValidator,
    createUpdateSchema: tableValidator,
  }),
};
