// x
const s: unique symbol = Symbol('x'); export const v = s.description!;
