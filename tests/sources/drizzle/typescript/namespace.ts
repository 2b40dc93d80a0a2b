// [{"a":1,"h":3},2]
namespace N { export const a = 1; export function f() { return a + 1; } const hidden = 3; export const h = hidden; } export const v = JSON.stringify([N, N.f()]);
