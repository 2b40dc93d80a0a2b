// {"4":"Y","5":"Z","Y":4,"Z":5}
enum A { X = 2 } enum B { Y = A.X * 2, Z } export const v = JSON.stringify(B);
