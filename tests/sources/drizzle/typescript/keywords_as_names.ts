// 36
const type = 1, of = 2, as = 3, declare = 4, namespace = 5, abstract = 6, satisfies = 7, readonly = 8; export const v = String(type + of + as + declare + namespace + abstract + satisfies + readonly);
