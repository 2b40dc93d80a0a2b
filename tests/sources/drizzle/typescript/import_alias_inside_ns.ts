// 7
namespace N { export const m = 3; }
namespace O { import X = N.m; export const y = X + 1; export import Z = N.m; }
export const v = String(O.y + O.Z);
