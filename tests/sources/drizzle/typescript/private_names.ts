// [1,3,false]
class A { #x = 1; static #n = 0; get x() { return this.#x; } static { A.#n = 3; } static n() { return A.#n; } has(o: any) { return #x in o; } } export const v = JSON.stringify([new A().x, A.n(), new A().has({})]);
