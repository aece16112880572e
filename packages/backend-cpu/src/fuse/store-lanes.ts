import { type Expr, type FunctionBuilder, i32, v128 } from '../wasm/index.ts';
import type { V } from './math/context.ts';

/** Writes the first `lanes` lanes. */
export function storeLanes(f: FunctionBuilder, address: Expr<'i32'>, value: V, lanes: Expr<'i32'>): void {
  f.if(
    i32.geS(lanes, 4),
    () => f.emit(v128.store(address, value)),
    () => {
      f.if(i32.geS(lanes, 2), () => f.emit(v128.store64Lane(address, value, 0)));
      f.if(i32.and(lanes, 1), () =>
        f.if(
          i32.geS(lanes, 2),
          () => f.emit(v128.store32Lane(address, value, 2, 8)),
          () => f.emit(v128.store32Lane(address, value, 0)),
        ),
      );
    },
  );
}
