// a|b1
const tag = <T>(s: TemplateStringsArray, ...a: unknown[]) => s.join('|') + a.length; export const v = tag<Map<string, number>>`a${1}b`;
