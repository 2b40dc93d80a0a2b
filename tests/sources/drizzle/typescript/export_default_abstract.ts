// 1
export default abstract class { static x = 1 }
export const v = String(1);
