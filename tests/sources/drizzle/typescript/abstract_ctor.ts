// 4
abstract class A { abstract f(): number; abstract x: number; protected abstract get y(): string; g() { return this.f(); } }
class B extends A { x = 1; get y() { return 'y' } f() { return 4; } }
export const v = String(new B().g());
