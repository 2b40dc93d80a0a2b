// 3
namespace N { export const { a, b: [c] } = { a: 1, b: [2] }; }
export const v = String(N.a + N.c);
