// A small WebAssembly emitter. Expressions are typed trees (`Expr<'f32'>`), functions are built statement by statement,
// a module is bytes. `v128` literals are hoisted out of loops by themselves: engines reload them on every turn otherwise.
//
//   const module = new ModuleBuilder({ initial: 1, shared: false });
//   const relu = module.function('relu', { x: 'i32', y: 'i32', count: 'i32', a: 'f32', b: 'f32' }, (f, p) => {
//     const a = f.let(f32x4.splat(p.a));
//     const b = f.let(f32x4.splat(p.b));
//     f.for(0, i32.shl(p.count, 2), 16, (i) => {                       // y = max(x * a + b, 0), four floats at a time
//       const x = v128.load(i32.add(p.x, i));
//       f.emit(v128.store(i32.add(p.y, i), f32x4.max(madd(true)(x, a, b), 0)));
//     });
//   });
//   module.export(relu);
//   const { exports } = await instantiate(module.encode(), memory);    // WebAssembly.instantiate(bytes, { env: { memory } })
//
// An expression used twice is computed twice: `f.let(e)` computes it once and hands out a local. Scalars accept plain
// numbers (`i32.add(p, 16)`), float and integer lanes too (`f32x4.mul(x, 0.5)`). Addresses are unsigned 32-bit numbers:
// compare them with `ltU`, loop over them with `forAddress`, read them in JavaScript with `>>> 0`.

export type { Expr, Local, Operand, ResultType, Statement, ValueType } from './expr.ts';
export {
  detectFeatures,
  type FeatureRequest,
  type Features,
  type Madd,
  madd,
  nodeMajor,
  setV8Flag,
} from './features.ts';
export { type Arguments, call, FunctionBuilder, type FunctionRef, type ParamLocals, type Params } from './function.ts';
export * as bytes from './instructions/bytes.ts';
export * as f32 from './instructions/f32.ts';
export * as f32x4 from './instructions/f32x4.ts';
export * as f64 from './instructions/f64.ts';
export * as f64x2 from './instructions/f64x2.ts';
export * as i32 from './instructions/i32.ts';
export * as i32x4 from './instructions/i32x4.ts';
export * as i64 from './instructions/i64.ts';
export * as memory from './instructions/memory.ts';
export { type Binary, type Load, type Store, select, type Unary } from './instructions/scalar.ts';
export * as v128 from './instructions/v128.ts';
export type { Lanes } from './instructions/vector.ts';
export { type Global, type MemoryImport, ModuleBuilder } from './module.ts';
