// 3,true
class A { constructor(public a = 1, { b }: { b: number } = { b: 2 }, private c?: string) { this.a += b } }
export const v = String([new A().a, 'c' in new A()].join());
