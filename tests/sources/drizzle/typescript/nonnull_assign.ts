// 11
let a: any = { x: 1 }; a!.x = 2; a.x!++; (a.x as number) += 1; (<any>a).y = 3; [a!.z] = [4];
export const v = String(a.x + a.y + a.z);
