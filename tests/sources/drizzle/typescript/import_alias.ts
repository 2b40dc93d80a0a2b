// 3,q,q
namespace N { export const m = 3; export namespace Q { export const z = 'q'; } }
import A = N.m;
import B = N.Q.z;
import C = N.Q;
export const v = String([A, B, C.z].join());
