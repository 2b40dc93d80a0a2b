// {"0":"A","2":"H","5":"B","6":"C","8":"F","9":"G","A":0,"B":5,"C":6,"D":"x","F":8,"G":9,"H":2}
enum E { A, B = 5, C, D = 'x', F = 1 << 3, G = F | 1, H = 'ab'.length } export const v = JSON.stringify(E);
