// 1true
const a = 4, g = 2; export const v = String(a / 2 / g) + String(/[/\]]+/g.test(']')); 
