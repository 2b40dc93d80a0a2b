// {"M":{"a":1}}
namespace N { export namespace M { export const a = 1; } export type T = string; } export const v = JSON.stringify(N);
