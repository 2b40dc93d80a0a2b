// {"y":2,"a":1}
class A { y = 2; constructor(public a: number) {} } export const v = JSON.stringify(new A(1));
