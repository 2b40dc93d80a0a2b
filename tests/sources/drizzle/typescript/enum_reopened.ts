// 11,C,8
enum E { A, B }
enum E { C = 2, D = B + 10 }
export const v = String([E.D, E[2], Object.keys(E).length].join());
