// 2
class A { static readonly [k: string]: unknown; static b = 2; }
export const v = String(A.b);
