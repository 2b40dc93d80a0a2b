// 1
type A = { f: ({ o }?: { o?: 1 }) => void; g: ([o]?: [1]) => void };
interface B { f({ o }?: { o?: 1 }): void }
const f = ({ o } = { o: 1 }) => (o ? { o } : { o: 2 }).o;
export const v = String(f());
