// 9
class A { accessor = 4; static accessor() { return 5; } }
export const v = String(new A().accessor + A.accessor());
