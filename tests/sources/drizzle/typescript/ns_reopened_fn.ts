// 2,6
function f() { return f.x; }
namespace f { export const x = 2; }
namespace f { export const y = x * 3; }
export const v = String([f(), f.y].join());
