// 190
const type = 1, of = 2, as = 3, satisfies = 4, is = 5, declare = 6, namespace = 7, module = 8, abstract = 9, readonly = 10, infer = 11, keyof = 12, unique = 13, asserts = 14, get = 15, set = 16, accessor = 17, override = 18, out = 19;
export const v = String(type + of + as + satisfies + is + declare + namespace + module + abstract + readonly + infer + keyof + unique + asserts + get + set + accessor + override + out);
