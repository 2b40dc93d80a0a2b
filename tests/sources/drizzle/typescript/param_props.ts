// [{"a":1,"b":2},[1,2]]
class A { constructor(public a: number, private readonly b = 2, protected c?: string) {} get s() { return [this.a, this.b]; } } export const v = JSON.stringify([new A(1), new A(1).s]);
