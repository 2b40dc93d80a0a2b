// 1
let a = 1
type T = string
let b = a
interface X { }
(a as any)
export const v = String(b);
