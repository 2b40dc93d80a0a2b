// {"1":"a-b","2":"c d","a-b":1,"c d":2}
enum A { 'a-b' = 1, 'c d' } export const v = JSON.stringify(A);
