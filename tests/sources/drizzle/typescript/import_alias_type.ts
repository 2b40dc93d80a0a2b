// 5
namespace N { export interface I { a: number } export const q = 1 }
import I = N.I;
const x: I = { a: 5 };
export const v = String(x.a);
