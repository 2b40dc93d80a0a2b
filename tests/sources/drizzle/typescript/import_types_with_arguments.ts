// 3
type A = import('a').B<1>;
type C = | import('a').B.D<
  2
>;
const f = <T,>(x: typeof import('a').b | T): import('c').D<import('e').F>[] | T => x as T;
export const v = String(f<typeof import('a').b | number>(3));
