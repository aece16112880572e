import type { Code, ValueType } from './expr.ts';

/** Unsigned LEB128. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value >>> 0;
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  bytes.push(rest);
  return bytes;
}

/** Signed LEB128 of up to 64 bits. */
export function signed(value: number | bigint): number[] {
  const bytes: number[] = [];
  let rest = BigInt(value);
  for (;;) {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    const done = rest === (low & 0x40 ? -1n : 0n);
    bytes.push(done ? low : low | 0x80);
    if (done) return bytes;
  }
}

/** A length-prefixed UTF-8 name. */
export function name(text: string): number[] {
  const bytes = new TextEncoder().encode(text);
  return [...unsigned(bytes.length), ...bytes];
}

/** The byte that stands for a type. */
export function typeByte(type: ValueType): number {
  return TYPE_BYTES[type];
}

const TYPE_BYTES: Readonly<Record<ValueType, number>> = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b };

/** Collects `v128` literals, one local each, in order of first use. */
export class ConstantPool {
  readonly constants: Uint8Array[] = [];
  readonly #positions = new Map<string, number>();

  /** The position of a literal in the pool, equal bytes sharing one. */
  position(bytes: Uint8Array): number {
    const key = bytes.join();
    const known = this.#positions.get(key);
    if (known !== undefined) return known;
    this.#positions.set(key, this.constants.length);
    return this.constants.push(bytes) - 1;
  }
}

/** Lays a code tree out as bytes. Iterative: fused expressions may nest deeper than the JavaScript stack. */
export function flatten(code: Code, pool: ConstantPool, firstConstantLocal: number): number[] {
  const bytes: number[] = [];
  const pending: Code[] = [code];
  while (pending.length > 0) {
    const item = pending.pop()!;
    if (typeof item === 'number') bytes.push(item);
    else if (typeof item === 'function') bytes.push(...unsigned(item()));
    else if ('bytes' in item) bytes.push(0x20, ...unsigned(firstConstantLocal + pool.position(item.bytes)));
    else for (let i = item.length - 1; i >= 0; i--) pending.push(item[i]!);
  }
  return bytes;
}

/** A count followed by that many items. */
export function vector(items: readonly (readonly number[])[]): number[] {
  const bytes = unsigned(items.length);
  for (const item of items) for (const byte of item) bytes.push(byte);
  return bytes;
}

/** A module section; nothing when there is nothing in it. */
export function section(id: number, items: readonly (readonly number[])[]): number[] {
  return items.length === 0 ? [] : sized(id, vector(items));
}

/** An identifier byte, the length of the content, the content. */
export function sized(id: number, content: readonly number[]): number[] {
  return [id, ...unsigned(content.length)].concat(content);
}
