// 2
class A { accessor #x = 1; get() { this.#x++; return this.#x; } }
export const v = String(new A().get());
