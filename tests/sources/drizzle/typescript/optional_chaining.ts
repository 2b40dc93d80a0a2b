// [1,null,null,1]
const a: any = { b: () => ({ c: [1] }), n: null }; export const v = JSON.stringify([a?.b?.()?.c?.[0], a.n?.x.y.z, a.q?.(), a?.b().c.at?.(-1)]);
