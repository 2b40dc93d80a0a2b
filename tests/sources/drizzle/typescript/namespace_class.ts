// [1,2]
class C { static s = 1 } namespace C { export const x = 2; } export const v = JSON.stringify([C.s, C.x]);
