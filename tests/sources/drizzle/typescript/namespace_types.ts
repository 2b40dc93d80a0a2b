// ok
namespace N { export type A = string; export interface B { a: 1 } } export const v = 'ok';
