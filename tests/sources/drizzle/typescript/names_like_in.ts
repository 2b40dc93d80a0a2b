// 12 in_b
type A = {
  open: number
  in_progress: number
};
let in_a = 0, text = ''
text = `a
in_b`
in_a = 12
export const v = `${in_a} ${text.slice(2)}`;
