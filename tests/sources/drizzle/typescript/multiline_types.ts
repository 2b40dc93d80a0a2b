// [1]
const f = <
 T,
>(
 a: T,
): Array<
  T
> => [a]; export const v = JSON.stringify(f(1));
