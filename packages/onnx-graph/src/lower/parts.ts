// Names of parts: inputs and outputs of a model that are places in the memory of whole tensors.

/** A run of elements of a tensor in row-major order. */
export interface Part {
  readonly start: number;
  readonly length: number;
}

/** What a name of a lowered model stands for. */
export interface NamedPlace {
  /** The name of the whole input or output. */
  readonly whole: string;
  /** Null for all of it. */
  readonly part: Part | null;
  /** For outputs, the input whose memory it may be written over. */
  readonly over: string | null;
}

/** The name of a part of an input or output: `input_3[0:65536]`, `output_2[0:65536] over input_3`. */
export function partName(name: string, { start, length }: Part, over?: string): string {
  return `${name}[${start}:${start + length}]${over === undefined ? '' : ` over ${over}`}`;
}

/** What a name of a lowered model stands for: a whole value, or a part of it. */
export function readName(name: string): NamedPlace {
  const found = /^(.*)\[(\d+):(\d+)\](?: over (.*))?$/.exec(name);
  if (!found) return { whole: name, part: null, over: null };
  const [start, end] = [Number(found[2]), Number(found[3])];
  return { whole: found[1]!, part: { start, length: end - start }, over: found[4] ?? null };
}

/** Elements that fit a vector of any processor, so that every part of an aligned tensor is aligned. */
const ALIGNED = 64;

/** Parts of about `tile` elements, all but the last of one length: whole rows of `row` elements where those are short enough. */
export function partsOf(size: number, tile: number, row: number = 1): Part[] {
  const count = Math.ceil(size / tile);
  const rows = leastCommonMultiple(ALIGNED, row);
  const unit = rows <= tile / 4 ? rows : ALIGNED;
  const length = Math.ceil(size / count / unit) * unit;
  return Array.from({ length: Math.ceil(size / length) }, (_, i) => ({
    start: i * length,
    length: Math.min(length, size - i * length),
  }));
}

function leastCommonMultiple(a: number, b: number): number {
  let [larger, smaller] = [a, b];
  while (smaller > 0) [larger, smaller] = [smaller, larger % smaller];
  return (a / larger) * b;
}
