// 3
function f(this: { x: number }, y: number) { return this.x + y; } export const v = String(f.call({ x: 1 }, 2));
