// 2
enum E { A = 1 }
namespace E { export function g() { return E.A + 1; } }
export const v = String(E.g());
