// a`b\c
type A = { e: `a \`b\` \n ${string}` };
type B = `\u0041`;
const a: A['e'] | string = `a\`b`;
export const v = a + '\\c';
