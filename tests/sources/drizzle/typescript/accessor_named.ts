// 9,3,12,6,7,accessor,true,8
class A { accessor = 4; static accessor() { return 5; } }
class B { accessor: number = 1; static accessor = 2; }
class C { get accessor() { return 12; } set accessor(value) {} }
class D { accessor accessor = 6; }
class E { accessor
  other = 7 }
class F { readonly accessor?: string; name() { const { accessor = 'accessor' } = {} as any; return accessor; } }
class G<T> { accessor<U>(): boolean { return true; } }
class H { accessor!: number; accessor2 = 8; }
export const v = String([new A().accessor + A.accessor(), new B().accessor + B.accessor, new C().accessor, new D().accessor, new E().other, new F().name(), new G().accessor(), new H().accessor2].join());
