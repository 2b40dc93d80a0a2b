// 11
namespace N { export const a = 1; }
namespace N { const a = 10; export const b = a + 1; }
export const v = String(N.b);
