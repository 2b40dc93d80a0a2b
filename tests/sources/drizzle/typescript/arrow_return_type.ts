// [{"x":1},true]
const f = (a: number): { x: number } => ({ x: a }); const g = (a?: number): a is number => true; export const v = JSON.stringify([f(1), g()]);
