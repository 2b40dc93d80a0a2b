// {"a":1,"b":2}
namespace N { export const a = 1; } namespace N { export const b = 2; } export const v = JSON.stringify(N);
