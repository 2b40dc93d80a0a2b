// {"x":1}
function d(...args: any[]): any { } @d class A { @d m() {} @d x = 1; } export const v = JSON.stringify(new A());
