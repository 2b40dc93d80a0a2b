// 2,f1
namespace N { export const a = 1; export function f() { return 'f'; } }
namespace N { export const b = a + 1; export const c = f() + a; }
export const v = String([N.b, N.c].join());
