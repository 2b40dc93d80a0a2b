// 2
class A { x = 0; f() { return 1 } }
class B extends A { override f() { return super.f() + 1 } constructor(override readonly x = 1) { super(); } }
export const v = String(new B().f());
