// ["a",3]
const enum E { A = 'a', B = 3 } export const v = JSON.stringify([E.A, E.B]);
