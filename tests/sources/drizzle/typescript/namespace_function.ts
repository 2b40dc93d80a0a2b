// [1,2]
function f() { return 1; } namespace f { export const x = 2; } export const v = JSON.stringify([f(), f.x]);
