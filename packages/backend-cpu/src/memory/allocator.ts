// Where things lie in one linear memory: small blocks in bins by size, large ones in address order, neighbours joined.

/** A piece of memory that somebody owns. */
export interface Block {
  readonly address: number;
  readonly bytes: number;
}

/** Blocks up to this many bytes come from bins. */
const SMALL = 32768;
const SLAB = 65536;
/** Large blocks are multiples of this, so that a block freed fits the next of nearly its size. */
const GRAIN = 4096;

/** Every block starts at a multiple of this, and is one long: a cache line, and room for vectors to run over the end. */
export const ALIGNMENT = 64;

/** Hands out blocks between `start` and wherever `reserve` lets it grow to. */
export class Allocator {
  #top: number;
  readonly #reserve: (end: number) => boolean;
  readonly #bins = new Map<number, number[]>();
  /** Free ranges below the top, by address, never touching. */
  readonly #ranges: { start: number; end: number }[] = [];

  /** `reserve(end)` makes all addresses below `end` usable, or says that it cannot. */
  constructor(start: number, reserve: (end: number) => boolean) {
    this.#top = start;
    this.#reserve = reserve;
  }

  /** A block of at least so many bytes, or `null` when memory cannot grow. */
  allocate(bytes: number): Block | null {
    if (bytes > SMALL) {
      const size = Math.ceil(bytes / GRAIN) * GRAIN;
      const address = this.#takeRange(size);
      return address === null ? null : { address, bytes: size };
    }
    const size = binSize(bytes);
    const bin = this.#bin(size);
    if (bin.length === 0 && !this.#fill(bin, size)) return null;
    return { address: bin.pop()!, bytes: size };
  }

  /** Takes a block back. */
  free({ address, bytes }: Block): void {
    if (bytes <= SMALL) this.#bin(bytes).push(address);
    else this.#addRange(address, address + bytes);
  }

  #bin(size: number): number[] {
    let bin = this.#bins.get(size);
    if (!bin) {
      bin = [];
      this.#bins.set(size, bin);
    }
    return bin;
  }

  #fill(bin: number[], size: number): boolean {
    const slab = this.#takeRange(SLAB);
    if (slab === null) return false;
    for (let end = slab + Math.floor(SLAB / size) * size; end > slab; end -= size) bin.push(end - size);
    return true;
  }

  /** The smallest free range that fits, else new memory. */
  #takeRange(size: number): number | null {
    let best: { start: number; end: number } | null = null;
    for (const range of this.#ranges) {
      const length = range.end - range.start;
      if (length >= size && (best === null || length < best.end - best.start)) best = range;
    }
    if (best !== null) {
      const { start } = best;
      best.start += size;
      if (best.start === best.end) this.#ranges.splice(this.#ranges.indexOf(best), 1);
      return start;
    }
    if (!this.#reserve(this.#top + size)) return null;
    const start = this.#top;
    this.#top += size;
    return start;
  }

  #addRange(start: number, end: number): void {
    const ranges = this.#ranges;
    let low = 0;
    let high = ranges.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ranges[middle]!.start < start) low = middle + 1;
      else high = middle;
    }
    const before = ranges[low - 1];
    const after = ranges[low];
    const joinsBefore = before?.end === start;
    const joinsAfter = after?.start === end;
    if (joinsBefore && joinsAfter) {
      before.end = after.end;
      ranges.splice(low, 1);
    } else if (joinsBefore) before.end = end;
    else if (joinsAfter) after.start = start;
    else ranges.splice(low, 0, { start, end });
    const last = ranges.at(-1)!;
    if (last.end === this.#top) {
      this.#top = last.start;
      ranges.pop();
    }
  }
}

/** 64, 128, 192, 256, 384, 512, ...: powers of two and the halves between them. */
function binSize(bytes: number): number {
  let power = ALIGNMENT;
  while (power < bytes) power *= 2;
  const between = (power * 3) / 4;
  return between >= bytes && between % ALIGNMENT === 0 ? between : power;
}
