// 3
const a = true ? (b: number): number => b : (c: number) => c; export const v = String(a(3));
