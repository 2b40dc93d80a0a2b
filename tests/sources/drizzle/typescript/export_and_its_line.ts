// abcd
export /**
 * A comment between, which ends a line.
 */
const a = 'a';
export // in a line
enum B { b = 'b' }
export

function c() { return 'c' }
let
  d = 'd';
const text = "export\
const";
// we export
const e = `export
const`;
const f = { export: 1, let: 2 }.export
export
const v = a + B.b + c() + d;
