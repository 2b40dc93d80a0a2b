// 21
const o = { type: 1, as: 2, declare() { return 3 }, get get() { return 4 }, set set(x) {}, async async() {}, static: 5, readonly: 6 };
export const v = String(o.type + o.as + o.declare() + o.get + o.static + o.readonly);
