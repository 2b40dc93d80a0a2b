// ok
outer: for (const a of [1, 2]) { for (const b of [1]) { if (a === 2) break outer; } } export const v = 'ok';
