// [{"a":3},2]
interface I { a: number } class A<T> implements I { constructor(readonly a: number) {} static of<T>(x: T): T { return x; } } class B extends A<string> { override a = 3; } export const v = JSON.stringify([new B(1), A.of<number>(2)]);
