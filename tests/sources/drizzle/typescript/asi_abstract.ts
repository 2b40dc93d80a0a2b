// 1function
var abstract = 1, declare = 2
abstract
class A {}
export const v = abstract + typeof A
