// 0
class A { [k: string]: any; [Symbol.iterator]?: any; static [x: symbol]: number }
export const v = String(Object.keys(new A()).length);
