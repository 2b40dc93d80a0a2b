// 4
class A { #a(): number { return 1 } static #b = 2; static get c(): number { return A.#b } has(o: object): o is A { return #a in o } d() { return this.#a() } }
export const v = String(new A().d() + A.c + Number(new A().has(new A())));
