// {"x":1,"y":3,"a":1}
class B { x = 1 } class A extends B { y = 2; constructor(public a: number) { super(); this.y += this.a; } } export const v = JSON.stringify(new A(1));
