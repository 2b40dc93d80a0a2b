// [["y","z","w"],2]
class A { declare x: number; y!: string; z?: number; readonly w = 1; static readonly s = 2; } export const v = JSON.stringify([Object.keys(new A()), A.s]);
