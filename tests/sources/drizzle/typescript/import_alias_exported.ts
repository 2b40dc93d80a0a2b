// 3
namespace N { export const m = 3; }
export import A = N.m;
export const v = String(A);
