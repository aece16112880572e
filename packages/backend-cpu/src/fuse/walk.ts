import { type Expr, type FunctionBuilder, i32, type Local } from '../wasm/index.ts';
import { parameter, type Signature, type SignatureLocals } from './signature.ts';

/** Emits loops over dimensions, moving the addresses of all streams along. */
export class Walker {
  readonly #f: FunctionBuilder;
  readonly #p: SignatureLocals;
  readonly #signature: Signature;

  constructor(f: FunctionBuilder, p: SignatureLocals, signature: Signature) {
    this.#f = f;
    this.#p = p;
    this.#signature = signature;
  }

  /** Addresses of all streams at the start. */
  start(): Local<'i32'>[] {
    return this.#signature.streams.map(({ name }) => parameter(this.#p, name));
  }

  /** Nested loops over `dims`; with `ranged`, the first of them covers `[begin, end)` only. */
  nest(
    dims: readonly number[],
    addresses: readonly Local<'i32'>[],
    body: (addresses: readonly Local<'i32'>[]) => void,
    ranged: boolean = false,
  ): void {
    const [d, ...inner] = dims;
    if (d === undefined) {
      body(addresses);
      return;
    }
    const begin = ranged ? parameter(this.#p, 'begin') : 0;
    const end = parameter(this.#p, ranged ? 'end' : `n${d}`);
    const moving = this.moving(d, addresses, begin);
    this.#f.for(begin, end, 1, () => {
      this.nest(inner, moving, body);
      this.step(d, moving);
    });
  }

  /** Copies of the addresses, so that those which move along `d` may; `skip` steps ahead. */
  moving(d: number, addresses: readonly Local<'i32'>[], skip: Expr<'i32'> | number = 0): Local<'i32'>[] {
    return this.#signature.streams.map(({ name, strides }, i) => {
      const address = addresses[i]!;
      if (strides[d] === 0) return address;
      const ahead = typeof skip === 'number' ? address : i32.add(address, i32.mul(skip, this.#stride(name, d)));
      return this.#f.let(ahead);
    });
  }

  /** One step along `d`, or `count` of them. */
  step(d: number, moving: readonly Local<'i32'>[], count?: Local<'i32'>): void {
    this.#signature.streams.forEach(({ name, strides }, i) => {
      if (strides[d] === 0) return;
      const stride = this.#stride(name, d);
      this.#f.increment(moving[i]!, count ? i32.mul(count, stride) : stride);
    });
  }

  #stride(name: string, d: number): Local<'i32'> {
    return parameter(this.#p, `${name}s${d}`);
  }
}
