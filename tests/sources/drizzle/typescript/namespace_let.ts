// {"a":5}
namespace N { export let a = 1; a = 5; } export const v = JSON.stringify(N);
