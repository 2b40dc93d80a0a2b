// 5,b,7,,0
class A { accessor x = 1; accessor y: string = 'b'; static accessor z = 7; accessor w; }
const a = new A(); a.x += 4;
export const v = String([a.x, a.y, A.z, a.w, Object.keys(a).length].join());
