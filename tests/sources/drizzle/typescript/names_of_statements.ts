// [1,2,16,null,"named","Made","inner",5,{"b":6},7,"m","undefined",21,[1,2],16,3,{"a":1}]
const late = 1, later: number = late + 1
let changing = 1
changing = changing + later
let unset: string | undefined
const named = () => {}, Made = class {}, own = function inner() {}
const fixed = { a: 1 }
const { a: taken, ...rest } = { a: 5, b: 6 }, [first] = [7]
const module = 'm', exports_ = typeof unset
function hoisted() { return shadow(2) + late }
const shadow = (late: number) => late * 10
class Counted { static all = [late, later]; own = changing }
for (const late of [8]) changing += late
{ const later = 'inner'; changing += later.length }
const typed = <T,>(value: T): T => value
export const v = JSON.stringify([late, later, changing, unset, named.name, Made.name, own.name, taken, rest, first, module, exports_, hoisted(), Counted.all, new Counted().own, typed(3), fixed])
