// true
function is(a: unknown): a is string { return typeof a === 'string'; } function asrt(a: unknown): asserts a { if (!a) throw 1; } asrt(1); export const v = String(is('x'));
