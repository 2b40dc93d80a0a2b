// {"0":"Y","X":-1,"-1":"X","Y":0,"Z":-2,"-2":"Z"}
enum A { X = -1, Y, Z = ~1 } export const v = JSON.stringify(A);
