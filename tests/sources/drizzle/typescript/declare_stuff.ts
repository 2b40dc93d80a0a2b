// ok
declare const g: number; declare function f(): void; declare global { interface Window { a: 1 } } declare module 'x' { export const a: 1; } export const v = 'ok';
