// x
const f = <T,>(a: T) => a; const g = f<string>; export const v = g('x');
