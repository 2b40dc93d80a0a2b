// {"a":1}
export namespace N { export const a = 1; } export const v = JSON.stringify(N);
