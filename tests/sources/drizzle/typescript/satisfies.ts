// {"a":1}
export const v = JSON.stringify({ a: 1 } satisfies Record<string, number>);
