// 3
namespace N { export class P { a = 1 } }
namespace N { export class Q extends P { b = 2 } }
export const v = String(new N.Q().a + new N.Q().b);
