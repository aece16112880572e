import { name, section, sized, typeByte, unsigned, vector } from './encode.ts';
import { type Expr, expr, type Operand, type ResultType, type Statement, type ValueType } from './expr.ts';
import { FunctionBuilder, type FunctionRef, localAt, type ParamLocals, type Params } from './function.ts';
import { operand } from './instructions/scalar.ts';

/** The memory a module imports as `env.memory`. It must suit the actual `WebAssembly.Memory`, shared or not. */
export interface MemoryImport {
  /** 64 KiB pages the memory has at least. */
  readonly initial: number;
  /** Pages it may grow to; required when shared. */
  readonly maximum?: number;
  readonly shared: boolean;
}

/** A module variable. */
export interface Global<T extends ValueType> {
  readonly get: Expr<T>;
  readonly set: (value: Operand<T>) => Statement;
}

interface Import {
  readonly ref: FunctionRef;
  readonly module: string;
}

type Body<P extends Params, R> = (f: FunctionBuilder, p: ParamLocals<P>) => R;

interface Definition {
  readonly ref: FunctionRef;
  readonly body: number[];
}

/** Builds one WebAssembly module: imports, functions, exports. */
export class ModuleBuilder {
  readonly #memory: MemoryImport;
  readonly #imports: Import[] = [];
  readonly #functions: (() => Definition)[] = [];
  readonly #exports: FunctionRef[] = [];
  readonly #globals: number[][] = [];
  readonly #once = new Map<string, unknown>();

  constructor(memory: MemoryImport) {
    this.#memory = memory;
  }

  /** A function that the embedder or another module provides. */
  import<const P extends Params, R extends ResultType>(
    module: string,
    fn: string,
    params: P,
    result: R,
  ): FunctionRef<P, R> {
    const index = this.#imports.length;
    const ref = { name: fn, params, result, index: () => index };
    this.#imports.push({ ref, module });
    return ref;
  }

  /**
   * A function of this module. `body` receives the builder and the parameters by name, and returns the result
   * expression, if there is one.
   */
  function<const P extends Params, R extends ValueType>(
    name: string,
    params: P,
    body: Body<P, Expr<R>>,
  ): FunctionRef<P, R>;
  function<const P extends Params>(name: string, params: P, body: Body<P, void>): FunctionRef<P, 'void'>;
  function<const P extends Params>(name: string, params: P, body: Body<P, unknown>): FunctionRef<P> {
    const names = Object.keys(params);
    const f = new FunctionBuilder(names.length);
    const locals = Object.fromEntries(names.map((param, i) => [param, localAt(params[param]!, i)]));
    const result = body(f, locals as unknown as ParamLocals<P>) as Expr<ValueType> | undefined;
    const position = this.#functions.length;
    const ref = { name, params, result: result?.type ?? 'void', index: () => this.#imports.length + position } as const;
    this.#functions.push(() => ({ ref, body: f.encode(result) }));
    return ref;
  }

  /** Makes something once per module and hands the same back afterwards: shared helper functions. */
  once<T>(key: string, make: () => T): T {
    if (!this.#once.has(key)) this.#once.set(key, make());
    return this.#once.get(key) as T;
  }

  /** Makes a function visible from outside under its name. */
  export(fn: FunctionRef): void {
    this.#exports.push(fn);
  }

  /** A mutable variable of the module. */
  global<T extends 'i32' | 'i64' | 'f32' | 'f64'>(type: T, initial: number): Global<T> {
    const start = operand(type, initial as Operand<T>).code as (number | number[])[];
    const index = unsigned(this.#globals.push([typeByte(type), 1, ...start.flat(), 0x0b]) - 1);
    return {
      get: expr(type, [0x23, index]),
      set: (value) => expr('void', [operand(type, value).code, 0x24, index]),
    };
  }

  /** The binary, with a name section so that profilers and disassemblers speak. */
  encode(): Uint8Array<ArrayBuffer> {
    const definitions = this.#functions.map((make) => make());
    const functions = [...this.#imports.map((entry) => entry.ref), ...definitions.map((entry) => entry.ref)];
    const types = new TypeTable();
    const imports = [
      [...name('env'), ...name('memory'), 0x02, ...this.#limits()],
      ...this.#imports.map(({ module, ref }) => [...name(module), ...name(ref.name), 0, ...unsigned(types.index(ref))]),
    ];
    const declared = definitions.map(({ ref }) => unsigned(types.index(ref)));
    const exports = this.#exports.map((ref) => [...name(ref.name), 0, ...unsigned(ref.index())]);
    const names = vector(functions.map((ref, i) => [...unsigned(i), ...name(ref.name)]));
    return Uint8Array.from(
      HEADER.concat(
        section(1, types.entries),
        section(2, imports),
        section(3, declared),
        section(6, this.#globals),
        section(7, exports),
        section(
          10,
          definitions.map((entry) => entry.body),
        ),
        sized(0, [...name('name'), ...sized(1, names)]),
      ),
    );
  }

  #limits(): number[] {
    const { initial, maximum, shared } = this.#memory;
    if (maximum === undefined) return [0, ...unsigned(initial)];
    return [shared ? 3 : 1, ...unsigned(initial), ...unsigned(maximum)];
  }
}

/** Distinct signatures, in order of first use. */
class TypeTable {
  readonly entries: number[][] = [];
  readonly #positions = new Map<string, number>();

  index({ params, result }: FunctionRef): number {
    const results = result === 'void' ? [] : [[typeByte(result)]];
    const entry = [0x60, ...vector(Object.values(params).map((type) => [typeByte(type)])), ...vector(results)];
    const key = entry.join();
    const position = this.#positions.get(key) ?? this.entries.push(entry) - 1;
    this.#positions.set(key, position);
    return position;
  }
}

const HEADER: number[] = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
