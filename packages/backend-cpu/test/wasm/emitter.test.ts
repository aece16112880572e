import { describe, expect, it } from 'vitest';
import {
  memory as bulk,
  bytes,
  call,
  detectFeatures,
  type Expr,
  type FunctionBuilder,
  f32,
  f32x4,
  f64,
  f64x2,
  i32,
  i32x4,
  i64,
  ModuleBuilder,
  madd,
  type ParamLocals,
  type Params,
  select,
  type ValueType,
  v128,
} from '../../src/wasm/index.ts';

type Run = (...args: number[]) => number;

function compile<const P extends Params, R extends ValueType>(
  params: P,
  body: (f: FunctionBuilder, p: ParamLocals<P>) => Expr<R>,
  memory = new WebAssembly.Memory({ initial: 1 }),
): Run {
  const module = new ModuleBuilder({ initial: 1, shared: false });
  module.export(module.function('run', params, body));
  const instance = new WebAssembly.Instance(new WebAssembly.Module(module.encode()), { env: { memory } });
  return instance.exports.run as Run;
}

const INTEGERS = [0, 1, 2, 7, 31, -1, -7, 123456789, -2147483648, 2147483647];
const FLOATS = [0, -0, 1, -1, 0.5, 1.5, 2.5, -2.5, 3.75, 1e30, -1e-30, Infinity, -Infinity, NaN];

describe('scalar operations', () => {
  const binary: Record<string, (a: number, b: number) => number> = {
    add: (a, b) => (a + b) | 0,
    sub: (a, b) => (a - b) | 0,
    mul: Math.imul,
    and: (a, b) => a & b,
    or: (a, b) => a | b,
    xor: (a, b) => a ^ b,
    shl: (a, b) => a << b,
    shrS: (a, b) => a >> b,
    shrU: (a, b) => (a >>> b) | 0,
    rotl: (a, b) => (a << b) | (a >>> -b),
    rotr: (a, b) => (a >>> b) | (a << -b),
    eq: (a, b) => Number(a === b),
    ne: (a, b) => Number(a !== b),
    ltS: (a, b) => Number(a < b),
    ltU: (a, b) => Number(a >>> 0 < b >>> 0),
    gtS: (a, b) => Number(a > b),
    gtU: (a, b) => Number(a >>> 0 > b >>> 0),
    leS: (a, b) => Number(a <= b),
    leU: (a, b) => Number(a >>> 0 <= b >>> 0),
    geS: (a, b) => Number(a >= b),
    geU: (a, b) => Number(a >>> 0 >= b >>> 0),
    divS: (a, b) => (a / b) | 0,
    divU: (a, b) => ((a >>> 0) / (b >>> 0)) | 0,
    remS: (a, b) => (a % b) | 0,
    remU: (a, b) => ((a >>> 0) % (b >>> 0)) | 0,
  };
  it.each(Object.keys(binary))('i32.%s', (name) => {
    const run = compile({ a: 'i32', b: 'i32' }, (_, p) => i32[name as 'add'](p.a, p.b));
    for (const a of INTEGERS) {
      for (const b of INTEGERS) {
        const traps = /div|rem/.test(name) && (b === 0 || (name === 'divS' && b === -1));
        if (!traps) expect(run(a, b), `${a} ${b}`).toBe(binary[name]!(a, b) + 0);
      }
    }
  });

  const floats: Record<string, (a: number, b: number) => number> = {
    add: (a, b) => a + b,
    sub: (a, b) => a - b,
    mul: (a, b) => a * b,
    div: (a, b) => a / b,
    min: Math.min,
    max: Math.max,
    copysign: (a, b) => (b < 0 || Object.is(b, -0) ? -Math.abs(a) : Math.abs(a)),
    eq: (a, b) => Number(a === b),
    ne: (a, b) => Number(a !== b),
    lt: (a, b) => Number(a < b),
    gt: (a, b) => Number(a > b),
    le: (a, b) => Number(a <= b),
    ge: (a, b) => Number(a >= b),
  };
  it.each(Object.keys(floats))('f32 and f64 %s', (name) => {
    const single = compile({ a: 'f32', b: 'f32' }, (_, p) => f32[name as 'add'](p.a, p.b));
    const double = compile({ a: 'f64', b: 'f64' }, (_, p) => f64[name as 'add'](p.a, p.b));
    for (const a of FLOATS.map(Math.fround)) {
      for (const b of FLOATS.map(Math.fround)) {
        expect(single(a, b)).toBe(Math.fround(floats[name]!(a, b)));
        expect(double(a, b)).toBe(floats[name]!(a, b));
      }
    }
  });

  const halfToEven = (x: number): number => (Math.abs(x % 1) === 0.5 ? 2 * Math.round(x / 2) : Math.round(x));
  const unary: Record<string, (x: number) => number> = {
    abs: Math.abs,
    neg: (x) => -x,
    ceil: Math.ceil,
    floor: Math.floor,
    trunc: Math.trunc,
    sqrt: Math.sqrt,
    nearest: halfToEven,
  };
  it.each(Object.keys(unary))('f32, f64, f32x4 and f64x2 %s', (name) => {
    const single = compile({ x: 'f32' }, (_, p) => f32[name as 'abs'](p.x));
    const double = compile({ x: 'f64' }, (_, p) => f64[name as 'abs'](p.x));
    const lane = compile({ x: 'f32' }, (_, p) => f32x4.extractLane(f32x4[name as 'abs'](f32x4.splat(p.x)), 3));
    const pair = compile({ x: 'f64' }, (_, p) => f64x2.extractLane(f64x2[name as 'abs'](f64x2.splat(p.x)), 1));
    for (const x of FLOATS.map(Math.fround)) {
      const truth = unary[name]!(x);
      expect(single(x) + 0).toBe(Math.fround(truth) + 0);
      expect(double(x) + 0).toBe(truth + 0);
      expect(lane(x) + 0).toBe(Math.fround(truth) + 0);
      expect(pair(x) + 0).toBe(truth + 0);
    }
  });

  it('converts', () => {
    expect(compile({ x: 'i32' }, (_, p) => f32.convertS(p.x))(-5)).toBe(-5);
    expect(compile({ x: 'i32' }, (_, p) => f64.convertU(p.x))(-1)).toBe(4294967295);
    const truncate = compile({ x: 'f32' }, (_, p) => i32.truncSatF32(p.x));
    expect([1.9, -1.9, 1e20, -Infinity, NaN].map((x) => truncate(x))).toEqual([1, -1, 2147483647, -2147483648, 0]);
    expect(compile({ x: 'f32' }, (_, p) => f32.demote(f64.mul(f64.promote(p.x), 3)))(0.5)).toBe(1.5);
    expect(compile({ x: 'f32' }, (_, p) => i32.reinterpret(p.x))(1)).toBe(0x3f800000);
    expect(compile({ x: 'i32' }, (_, p) => f32.reinterpret(p.x))(0x40490fdb)).toBe(Math.fround(Math.PI));
  });

  it('multiplies 32-bit words into 64 bits', () => {
    const high = compile({ a: 'i32', b: 'i32' }, (_, p) =>
      i32.wrap(i64.shrU(i64.mul(i64.extendU(p.a), i64.extendU(p.b)), 32)),
    );
    expect(high(0xd2511f53 | 0, -2) >>> 0).toBe(Number((0xd2511f53n * 0xfffffffen) >> 32n));
  });

  it('encodes literals of every length', () => {
    for (const value of [0, 63, 64, -64, -65, 8191, 8192, 1 << 20, -(1 << 27), 2147483647, -2147483648]) {
      expect(compile({}, () => i32.const(value))()).toBe(value);
    }
    const wide = compile({}, () => i64.const(-(2n ** 63n))) as unknown as () => bigint;
    expect(wide()).toBe(-(2n ** 63n));
    expect(compile({ c: 'i32' }, (_, p) => select(p.c, f32.const(1), f32.const(2)))(0)).toBe(2);
  });
});

describe('vector operations', () => {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const f32s = new Float32Array(memory.buffer);
  const i32s = new Int32Array(memory.buffer);
  const lanes = (make: (a: Expr<'v128'>, b: Expr<'v128'>) => Expr<'v128'>): (() => void) =>
    compile(
      {},
      (f) => {
        f.emit(v128.store(32, make(v128.load(0), v128.load(0, 16))));
        return i32.const(0);
      },
      memory,
    );

  it.each(['add', 'sub', 'mul', 'div', 'min', 'max'] as const)('f32x4.%s works on each lane', (name) => {
    const scalar = compile({ a: 'f32', b: 'f32' }, (_, p) => f32[name](p.a, p.b));
    f32s.set([1.5, -2, NaN, 0, 3, -0.25, 1, -0]);
    lanes((a, b) => f32x4[name](a, b))();
    for (let i = 0; i < 4; i++) expect(f32s[8 + i]).toBe(scalar(f32s[i]!, f32s[4 + i]!));
  });

  it.each(['add', 'sub', 'mul'] as const)('i32x4.%s works on each lane', (name) => {
    const scalar = compile({ a: 'i32', b: 'i32' }, (_, p) => i32[name](p.a, p.b));
    i32s.set([1, -2, 2147483647, 0x12345678, 3, -5, 1, 0x7654321]);
    lanes((a, b) => i32x4[name](a, b))();
    for (let i = 0; i < 4; i++) expect(i32s[8 + i]).toBe(scalar(i32s[i]!, i32s[4 + i]!));
  });

  it('compares into masks and selects by them', () => {
    f32s.set([1, 5, NaN, -3, 2, 5, 2, -4]);
    lanes((a, b) => v128.bitselect(f32x4.const(1), f32x4.const(0), f32x4.lt(a, b)))();
    expect([...f32s.subarray(8, 12)]).toEqual([1, 0, 0, 0]);
    lanes((a, b) => f32x4.pmax(a, b))();
    expect([...f32s.subarray(8, 12)]).toEqual([2, 5, NaN, -3]);
    i32s.set([1, -1, 3, 4, 2, 2, 2, 2]);
    lanes((a, b) => i32x4.ltU(a, b))();
    expect([...i32s.subarray(8, 12)]).toEqual([-1, 0, 0, 0]);
    lanes((a, b) => i32x4.ltS(a, b))();
    expect([...i32s.subarray(8, 12)]).toEqual([-1, -1, 0, 0]);
  });

  it('shuffles, splats, and touches single lanes', () => {
    f32s.set([1, 2, 3, 4, 5, 6, 7, 8]);
    lanes((a, b) => f32x4.shuffle(a, b, [0, 4, 3, 7]))();
    expect([...f32s.subarray(8, 12)]).toEqual([1, 5, 4, 8]);
    lanes((a) => v128.load32Lane(20, a, 2))();
    expect([...f32s.subarray(8, 12)]).toEqual([1, 2, 6, 4]);
    lanes(() => v128.load32Splat(0, 8))();
    expect([...f32s.subarray(8, 12)]).toEqual([3, 3, 3, 3]);
    lanes((a) => f32x4.replaceLane(a, 0, 9))();
    expect([...f32s.subarray(8, 12)]).toEqual([9, 2, 3, 4]);
    compile(
      {},
      (f) => {
        f.emit(v128.store64Lane(32, v128.load(16), 1));
        return i32.const(0);
      },
      memory,
    )();
    expect([...f32s.subarray(8, 12)]).toEqual([7, 8, 3, 4]);
  });

  it('moves between booleans of one byte and 32-bit lanes', () => {
    new Uint8Array(memory.buffer).set([1, 0, 1, 1]);
    lanes(() => i32x4.extendLowU(bytes.extendLowU(v128.load32Zero(0))))();
    expect([...i32s.subarray(8, 12)]).toEqual([1, 0, 1, 1]);
    i32s.set([1, 0, 0, 1]);
    lanes((a) => bytes.narrow16(bytes.narrow32(a, a), bytes.narrow32(a, a)))();
    expect([...new Uint8Array(memory.buffer, 32, 4)]).toEqual([1, 0, 0, 1]);
  });

  it('widens to doubles and back', () => {
    f32s.set([1.5, -2.5, 9, 9]);
    lanes((a) => f32x4.demoteZero(f64x2.mul(f64x2.promoteLow(a), f64x2.const(2))))();
    expect([...f32s.subarray(8, 12)]).toEqual([3, -5, 0, 0]);
    i32s.set([-1, 2, 3, 4, 7, 8, 9, 10]);
    lanes((a, b) => i32x4.extmulLowU(a, b))();
    expect(new BigUint64Array(memory.buffer, 32, 2)[0]).toBe(0xffffffffn * 7n);
  });
});

describe('functions', () => {
  it('loops, branches, calls and returns', () => {
    const module = new ModuleBuilder({ initial: 1, shared: false });
    const triangle = module.function('triangle', { n: 'i32' }, (f, { n }) => {
      const sum = f.local('i32');
      f.if(i32.ltS(n, 0), () => f.return(i32.const(-1)));
      f.for(1, i32.add(n, 1), 1, (i) => {
        f.for(0, i, 1, () => f.increment(sum, 1));
      });
      return sum;
    });
    const parity = module.function('parity', { n: 'i32' }, (f, { n }) => {
      const result = f.local('i32');
      f.if(
        i32.and(call(triangle, { n }), 1),
        () => f.set(result, 1),
        () => f.set(result, 2),
      );
      return result;
    });
    module.export(triangle);
    module.export(parity);
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.encode()), {
      env: { memory: new WebAssembly.Memory({ initial: 1 }) },
    });
    expect([-3, 0, 1, 4].map((n) => (exports.triangle as Run)(n))).toEqual([-1, 0, 1, 10]);
    expect([1, 4].map((n) => (exports.parity as Run)(n))).toEqual([1, 2]);
  });

  it('imports functions and keeps globals', () => {
    const module = new ModuleBuilder({ initial: 1, shared: false });
    const seen: number[] = [];
    const count = module.global('i32', 40);
    const log = module.import('host', 'log', { value: 'i32', weight: 'f32' }, 'void');
    const next = module.function('next', {}, (f) => {
      f.emit(count.set(i32.add(count.get, 1)));
      f.call(log, { value: count.get, weight: 0.5 });
    });
    module.export(next);
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.encode()), {
      env: { memory: new WebAssembly.Memory({ initial: 1 }) },
      host: { log: (value: number, weight: number) => seen.push(value, weight) },
    });
    (exports.next as Run)();
    (exports.next as Run)();
    expect(seen).toEqual([41, 0.5, 42, 0.5]);
  });

  it('names a missing argument', () => {
    const module = new ModuleBuilder({ initial: 1, shared: false });
    const f = module.function('twice', { x: 'i32' }, (_, { x }) => i32.mul(x, 2));
    expect(() => call(f, {} as { x: number })).toThrow('call of twice: argument "x" is missing');
  });

  it('reaches addresses above 2 GiB', () => {
    const memory = new WebAssembly.Memory({ initial: 33000, maximum: 33000 });
    const far = 33000 * 65536 - 64;
    const run = compile(
      { from: 'i32', to: 'i32' },
      (f, { from, to }) => {
        f.emit(bulk.fill(from, 1, 32));
        const sum = f.local('i32');
        f.forAddress(from, to, 4, (p) => f.set(sum, i32.add(sum, i32.load(p, 4))));
        return sum;
      },
      memory,
    );
    expect(run(far, far + 8)).toBe(0x02020202);
  });

  it('encodes very deep expressions', () => {
    let x: Expr<'i32'> = i32.const(0);
    for (let depth = 0; depth < 20_000; depth++) x = i32.add(x, 1);
    expect(compile({}, () => x)()).toBe(20_000);
  });

  it('hoists vector literals in front of loops, equal ones once', () => {
    const module = new ModuleBuilder({ initial: 1, shared: false });
    module.function('scale', { p: 'i32', n: 'i32' }, (f, { p, n }) =>
      f.for(0, n, 16, (i) => {
        const address = i32.add(p, i);
        f.emit(v128.store(address, f32x4.add(f32x4.mul(v128.load(address), 3), 3)));
      }),
    );
    const code = [...module.encode()].join(' ');
    expect(code.match(/253 12 0 0 64 64/g)).toHaveLength(1);
    expect(code.indexOf('253 12 0 0 64 64')).toBeLessThan(code.indexOf('3 64'));
  });

  it('runs the example of the file header, fused or not', () => {
    const memory = new WebAssembly.Memory({ initial: 1 });
    const relaxed = detectFeatures().relaxedSimd;
    for (const setting of new Set([false, relaxed])) {
      const run = compile(
        { x: 'i32', y: 'i32', count: 'i32', a: 'f32', b: 'f32' },
        (f, p) => {
          const a = f.let(f32x4.splat(p.a));
          const b = f.let(f32x4.splat(p.b));
          f.for(0, i32.shl(p.count, 2), 16, (i) => {
            const x = v128.load(i32.add(p.x, i));
            f.emit(v128.store(i32.add(p.y, i), f32x4.max(madd(setting)(x, a, b), 0)));
          });
          return i32.const(0);
        },
        memory,
      );
      new Float32Array(memory.buffer).set([1, 2, -3, 4, 5, -6, 7, 8]);
      run(0, 64, 8, 2, 1);
      expect([...new Float32Array(memory.buffer, 64, 8)]).toEqual([3, 5, 0, 9, 11, 0, 15, 17]);
    }
  });
});

describe('features', () => {
  it('finds relaxed SIMD on every supported Node, and leaves it when asked for determinism', () => {
    expect(detectFeatures().relaxedSimd).toBe(true);
    expect(detectFeatures({ deterministic: true }).relaxedSimd).toBe(false);
  });
});
