// ok
interface A { a: 1 } export type { A }; export default interface D { x: 1 } export const v = 'ok';
