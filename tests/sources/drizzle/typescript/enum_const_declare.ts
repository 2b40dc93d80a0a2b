// 1,2,3
declare const enum X { A }
const enum E { A = 1, B = E.A + 1, C }
export const v = String([E.A, E.B, E.C].join());
