// function
let f = (x: any) => x
let a = f as any
;[1].map((x) => x)
export const v = typeof a;
