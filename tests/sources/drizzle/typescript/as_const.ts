// ["x","y"]
const a = ['x', 'y'] as const; export const v = JSON.stringify(a as readonly string[]);
