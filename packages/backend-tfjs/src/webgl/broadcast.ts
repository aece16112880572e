// Where the elements of an operand are read for a texel of a larger value.
import { sizeOf } from '@nablajs/tensor';
import { quotient, remainder } from './layout.ts';

interface Term {
  /** The element's number is divided by this, */
  readonly divisor: number;
  /** taken modulo this, unless it is the first axis, */
  readonly modulus: number | null;
  /** and multiplied by this. */
  readonly step: number;
}

/** How the four elements of a texel are read from an operand. */
export type Reading =
  /** They are four neighbours: the texel's number in the operand, as an expression of `t`. */
  | { readonly kind: 'quad'; readonly texel: string }
  /** They are all the same one: its number, as an expression of `t`. */
  | { readonly kind: 'one'; readonly element: string }
  /** Each by itself: its number, as an expression of `i`. */
  | { readonly kind: 'each'; readonly element: string };

/** The reading of an operand of `from`'s shape in a value of `to`'s shape, as NumPy broadcasts. */
export function readingOf(from: readonly number[], to: readonly number[]): Reading {
  const size = sizeOf(to);
  if (sizeOf(from) === size) return { kind: 'quad', texel: 't' };
  if (sizeOf(from) === 1) return { kind: 'one', element: '0' };
  const terms = termsOf(from, to);
  const last = terms.at(-1)!;
  const outer = terms.slice(0, -1);
  if (terms.every(({ divisor }) => divisor % 4 === 0)) {
    return {
      kind: 'one',
      element: sum(
        terms.map((term) => ({ ...term, divisor: term.divisor / 4 })),
        't',
        size / 4,
      ),
    };
  }
  if (last.divisor === 1 && last.modulus !== null && last.modulus % 4 === 0) {
    const texels = [
      ...outer.map((term) => ({ ...term, divisor: term.divisor / 4, step: term.step / 4 })),
      { divisor: 1, modulus: last.modulus / 4, step: 1 },
    ];
    return { kind: 'quad', texel: sum(texels, 't', size / 4) };
  }
  return { kind: 'each', element: sum(terms, 'i', size) };
}

/** The number of the operand's element for element `i`. */
export function elementOf(from: readonly number[], to: readonly number[]): string {
  if (sizeOf(from) === sizeOf(to)) return 'i';
  return sizeOf(from) === 1 ? '0' : sum(termsOf(from, to), 'i', sizeOf(to));
}

function termsOf(from: readonly number[], to: readonly number[]): Term[] {
  const lifted = [...new Array<number>(to.length - from.length).fill(1), ...from];
  // Neighbouring axes that are both kept or both repeated count as one.
  const axes: { size: number; kept: boolean }[] = [];
  to.forEach((size, axis) => {
    if (size === 1) return;
    const kept = lifted[axis] === size;
    const last = axes.at(-1);
    if (last?.kept === kept) last.size *= size;
    else axes.push({ size, kept });
  });
  const terms: Term[] = [];
  let divisor = 1;
  let step = 1;
  for (let axis = axes.length - 1; axis >= 0; axis--) {
    const { size, kept } = axes[axis]!;
    if (kept) {
      terms.unshift({ divisor, modulus: axis === 0 ? null : size, step });
      step *= size;
    }
    divisor *= size;
  }
  return terms;
}

function sum(terms: readonly Term[], name: string, limit: number): string {
  return terms
    .map(({ divisor, modulus, step }) => {
      const divided = quotient(name, divisor, limit);
      const index = modulus === null ? divided : remainder(divided, modulus, limit);
      return step === 1 ? index : `${index} * ${step}`;
    })
    .join(' + ');
}
