// a|b1c|de
const t = <T,>(s: TemplateStringsArray, ...x: T[]) => s.join('|') + x.join(); const ns = { t };
export const v = String(t<number>`a${1}b` + ns.t<string | Array<number>>`c${'d'}` + t<{ a: () => void }>`e`);
