// 5
namespace N { export interface I { a: number } }
import I = N.I;
const x: I = { a: 5 };
export const v = String(x.a);
