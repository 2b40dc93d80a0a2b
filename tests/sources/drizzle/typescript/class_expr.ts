// 6
const A = class B<T> implements I { static s: number = 1; declare z: string; readonly q?: number = 2; private static readonly p = 3; static { B.s += B.p; } };
interface I {}
export const v = String(A.s + new A().q!);
