// 1
type T = string; const a = 1; export { a, type T }; export const v = String(a);
