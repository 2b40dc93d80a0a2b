// x0
function id<T>(a: T): T { return a; } export const v = String(id<string>('x') + id<Array<Map<string, number>>>([]).length);
