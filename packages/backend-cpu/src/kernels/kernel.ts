// The big kernels. Each is a WebAssembly function over pointers into one memory:
//
//   Kernel      name, params, emit(module, options): adds the function to a module and exports it under its name
//   plan...()   shapes and attributes -> KernelPlan: calls with every number decided and addresses left symbolic
//
//   const plan = planMatmul({ batch: 1, m: 64, n: 128, k: 784, transposeA: false, transposeB: false }, options);
//   for (const call of plan.calls)      // in order; ranges of one call may run at the same time on several threads
//     for each range [begin, end) of call.extent:
//       exports[call.kernel](...args, begin, end, workspace)     // call.workspace bytes, private to the range
//
// `args` follow the kernel's `params`; a `Place` is the address of a named buffer plus an offset. `shared` names scratch of
// `plan.shared` bytes that lives from the first call of the plan to its last. Any partition of the extent, on any number
// of threads, gives the same bits. Kernels read and write nothing outside their buffers; addresses are unsigned, and
// address 0 means "none", so that no buffer may start there.

import type { Features, FunctionBuilder, FunctionRef, ModuleBuilder, ParamLocals, Params } from '../wasm/index.ts';

/** Rows and columns of the block of results that stays in registers during a matrix product. */
export interface Tile {
  /** An even number. */
  readonly rows: number;
  /** A multiple of 4. */
  readonly columns: number;
  /**
   * Rows after which the inner loop branches, to where it never goes: engines that gather the loads of a whole turn
   * before its arithmetic need a register for each, and cannot gather them across a branch. Default: no branches.
   */
  readonly stride?: number;
  /** Steps along the summed axis in one turn of the inner loop. Default 1: more makes engines with a `stride` spill. */
  readonly steps?: number;
}

/** How kernels are emitted, and therefore planned. */
export interface KernelOptions {
  /** Use relaxed multiply-add. */
  readonly relaxed: boolean;
  readonly tile: Tile;
}

/**
 * 4 x 8 fits the 15 vector registers that engines leave on x64, whatever order they put the loads in. Where a multiply-add
 * takes two instructions, tiles of five or six rows were measured at 0.98 to 1.02 of its rate.
 */
export const DEFAULT_TILE: Tile = { rows: 4, columns: 8 };

/**
 * The fastest tile that was measured for an engine. Tiles change speed only: results have the same bits. Eight sums take
 * exactly the time that a fused multiply-add takes, twelve leave room for delays, and every register is taken: a row at a
 * time, 6 x 8 reaches 1.05 of what 5 x 8 does where loads come early. Four steps a turn share the end of the loop: with
 * 256 bits, where it costs half of what the arithmetic does, they reach 1.06 to 1.09 of what one does; else 1.02.
 */
export function tileFor({ relaxedSimd, wideVectors, lateLoads }: Omit<Features, 'notes'>): Tile {
  if (wideVectors) return relaxedSimd ? { rows: 6, columns: 16, steps: 4 } : { rows: 4, columns: 16 };
  if (!relaxedSimd) return DEFAULT_TILE;
  return lateLoads ? { rows: 6, columns: 8, steps: 4 } : { rows: 6, columns: 8, stride: 1 };
}

/** The same options with tiles of four rows, for the rows that are left over: see {@link tallRows}. */
export function lowTiles(options: KernelOptions): KernelOptions {
  return options.tile.rows > LOW ? { ...options, tile: { ...options.tile, rows: LOW } } : options;
}

/**
 * How many of so many rows to give to whole tiles, so that low ones for the rest leave the fewest rows of tiles unused: of
 * 128 rows 120, and none of 8 is then computed for nothing.
 */
export function tallRows(rows: number, { tile }: KernelOptions): number {
  const whole = Math.ceil(rows / tile.rows) * tile.rows;
  const unused = (tall: number): number => tall + Math.ceil(Math.max(0, rows - tall) / LOW) * LOW - rows;
  const candidates = [whole, whole - tile.rows, whole - 2 * tile.rows].filter((tall) => tall >= 0);
  return Math.min(
    rows,
    candidates.reduce((best, tall) => (unused(tall) < unused(best) ? tall : best)),
  );
}

const LOW = 4;

/** The smallest number of rows that fills whole tiles and, four to a vector, whole vectors. */
export function wholeVectors({ rows }: Tile): number {
  return rows % 4 === 0 ? rows : 2 * rows;
}

/** The last three parameters of every kernel: its share of the work, and scratch memory nobody else uses meanwhile. */
export const RANGE = { begin: 'i32', end: 'i32', workspace: 'i32' } as const;

/**
 * A function over pointers into one memory. It computes the units `[begin, end)` of its parallel extent; disjoint ranges
 * may run at the same time, each with a workspace of its own. The workspace needs no preparation.
 */
export interface Kernel<P extends Params = Params> {
  readonly name: string;
  /** All parameters but those of {@link RANGE}, which follow them. */
  readonly params: P;
  /** Adds the function, and what it calls, to a module, exported under its name. One module takes one set of options. */
  emit(module: ModuleBuilder, options: KernelOptions): FunctionRef<P & typeof RANGE, 'void'>;
}

/** What a kernel's body gets besides its parameters. */
export interface KernelContext {
  readonly module: ModuleBuilder;
  readonly options: KernelOptions;
}

type KernelBody<P extends Params> = (
  f: FunctionBuilder,
  p: ParamLocals<P & typeof RANGE>,
  context: KernelContext,
) => void;

/** Declares a kernel. */
export function defineKernel<const P extends Params>(name: string, params: P, body: KernelBody<P>): Kernel<P> {
  return {
    name,
    params,
    emit(module, options) {
      return module.once(name, () => {
        const fn = module.function(name, { ...params, ...RANGE } as P & typeof RANGE, (f, p) => {
          body(f, p, { module, options });
        });
        module.export(fn);
        return fn;
      });
    },
  };
}

/** An address known at run time: so many bytes into one of the operation's buffers. */
export interface Place {
  /** `x`, `w`, `y`, ... as the planner's documentation names them; `shared` is scratch that outlives single calls. */
  readonly buffer: string;
  readonly offset: number;
}

/** An address in a buffer; offsets count bytes. */
export function place(buffer: string, offset = 0): Place {
  return { buffer, offset };
}

/** One kernel call with everything but addresses decided: plain data to bake into a program. */
export interface KernelCall {
  readonly kernel: string;
  /** By parameter name; the kernel's `params` give the order. */
  readonly args: Readonly<Record<string, number | Place>>;
  /** The units there are; `[0, extent)` is the whole job, any partition of it gives the same bits. */
  readonly extent: number;
  /** Scratch bytes for each range that runs at the same time. */
  readonly workspace: number;
  /** Multiply-adds (or touched elements) in the whole job: whether splitting it is worth the hand-over. */
  readonly work: number;
}

/** The calls of one operation, to be run in order, each finished before the next starts. */
export interface KernelPlan {
  readonly calls: readonly KernelCall[];
  /** Bytes of the buffer `shared`, needed from the first call to the last. */
  readonly shared: number;
  /** An operand that the result may lie over: the calls write nowhere before they have read there for the last time. */
  readonly inPlace?: string;
}

/** A kernel by its name, for plans of kernels that are fetched later: `{ name: 'row' }`. */
export interface NamedKernel<P extends Params> {
  readonly name: string;
  /** As in {@link Kernel}. */
  readonly params?: P;
}

type CallArgs<P extends Params> = { readonly [K in keyof P]: number | Place };

/** A call of a kernel, its arguments checked against the parameters. */
export function kernelCall<P extends Params>(
  kernel: NamedKernel<P>,
  args: CallArgs<P>,
  size: { readonly extent: number; readonly workspace: number; readonly work: number },
): KernelCall {
  return { kernel: kernel.name, args, ...size };
}
