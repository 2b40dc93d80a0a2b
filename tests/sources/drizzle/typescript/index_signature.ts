// {"x":1}
class A { [key: string]: any; x = 1; } export const v = JSON.stringify(new A());
