// {"x":1}
const a = <any>{ x: 1 }; export const v = JSON.stringify(a);
