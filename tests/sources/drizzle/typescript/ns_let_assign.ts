// 5
namespace N { export let a = 1; export function set(x: number) { a = x; } }
N.set(5);
export const v = String(N.a);
