// 3function
const id = <T,>(a: T): T => a; const two = async <T extends object>(a: T) => a; export const v = String(id(3)) + typeof two;
