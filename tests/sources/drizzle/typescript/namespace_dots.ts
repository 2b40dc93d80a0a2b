// {"M":{"a":1}}
namespace N.M { export const a = 1; } export const v = JSON.stringify(N);
