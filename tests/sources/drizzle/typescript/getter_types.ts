// {"a":1,"k1":2}
const o = { get a(): number { return 1; }, set a(v: number) { }, async *g<T>(): AsyncGenerator<T> { }, [`k${1}`]: 2 as number }; export const v = JSON.stringify(o);
