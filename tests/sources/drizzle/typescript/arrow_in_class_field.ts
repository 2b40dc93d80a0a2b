// 12x
class A { f = <T,>(x: T): T => x; g = async (x?: number): Promise<void> => {}; static h = (a: number, b: string = 'x'): string => a + b }
export const v = String(new A().f(1) + A.h(2));
