// {"X":"t","Y":"1"}
enum A { X = `t`, Y = `${1}` } export const v = JSON.stringify(A);
