// true,falsetrue
const a = 1, b = 2, c = 3; export const v = String([a < b, b > c]) + String(a < (b as number));
