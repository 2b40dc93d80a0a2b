// 12
function f(a: string): string; function f(a: number): number; function f(a: any) { return a; } class A { m(a: string): void; m(a: number): void; m(a: any) { return a; } } export const v = String(f(1)) + String(new A().m(2));
