// 1
class A { static [k: string]: unknown; static a = 1; readonly [k: number]: string; }
export const v = String(A.a);
