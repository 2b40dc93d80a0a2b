// 3
namespace A.B { export const x = 1; }
namespace A.B { export const y = x + 1; }
namespace A { export const z = B.x + B.y; }
export const v = String(A.z);
