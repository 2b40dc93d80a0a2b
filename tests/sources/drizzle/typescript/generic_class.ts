// 9
class Box<in out T extends object = {}> { constructor(private readonly t: T) {} get<const K extends keyof T>(k: K): T[K] { return this.t[k]; } }
export const v = String(new Box<{ a: number }>({ a: 9 }).get('a'));
