// {"y":1,"x":2}
abstract class A { abstract x: number; abstract m(): void; abstract get g(): number; y = 1; } class B extends A { x = 2; m() {} get g() { return 1; } } export const v = JSON.stringify(new B());
