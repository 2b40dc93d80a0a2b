// 2
const a: { b?: number } | null = { b: 1 }; export const v = String(a!.b! + 1);
