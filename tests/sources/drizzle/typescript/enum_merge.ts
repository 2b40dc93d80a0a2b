// {"0":"A","1":"B","A":0,"B":1}
enum E { A } enum E { B = 1 } export const v = JSON.stringify(E);
