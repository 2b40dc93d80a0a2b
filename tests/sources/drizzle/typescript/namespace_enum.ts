// {"0":"A","A":0,"all":3}
enum E { A } namespace E { export const all = 3; } export const v = JSON.stringify(E);
