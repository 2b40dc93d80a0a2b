// 1000000000000000000001000
export const v = String(10n ** 20n) + String(1_000);
