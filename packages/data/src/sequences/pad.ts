import { ConfigError, fromData, hostArray, type Tensor } from '@nablajs/tensor';

/** Options of {@link padSequences}, as in Keras. */
export interface PadSequencesOptions {
  /** Length of every row. Default: that of the longest sequence. */
  readonly maxLength?: number;
  /** Default `int32`. */
  readonly dtype?: 'int32' | 'float32';
  /** Where gaps are filled. Default `pre`, before the values. */
  readonly padding?: 'pre' | 'post';
  /** Where sequences that are too long lose values. Default `pre`, at the beginning. */
  readonly truncating?: 'pre' | 'post';
  /** What gaps are filled with. Default 0. */
  readonly value?: number;
}

/**
 * Sequences of numbers as the rows of one tensor `[sequences.length, maxLength]`.
 * @throws ConfigError when there are no sequences, or `maxLength` is no whole number
 * @example padSequences([[1, 2, 3], [4]]) // [[1, 2, 3], [0, 0, 4]]
 */
export function padSequences(
  sequences: readonly ArrayLike<number>[],
  { maxLength, dtype = 'int32', padding = 'pre', truncating = 'pre', value = 0 }: PadSequencesOptions = {},
): Tensor {
  if (sequences.length === 0) throw new ConfigError('padSequences: there are no sequences. Give at least one.');
  const length = maxLength ?? sequences.reduce((longest, { length }) => Math.max(longest, length), 0);
  if (!Number.isSafeInteger(length) || length < 0) {
    throw new ConfigError(`padSequences: maxLength must be a whole number of at least 0, got ${maxLength}.`);
  }
  const out = hostArray(dtype, sequences.length * length).fill(value);
  for (const [i, sequence] of sequences.entries()) {
    const kept = Math.min(sequence.length, length);
    const from = truncating === 'pre' ? sequence.length - kept : 0;
    const to = i * length + (padding === 'pre' ? length - kept : 0);
    for (let j = 0; j < kept; j++) out[to + j] = sequence[from + j]!;
  }
  return fromData(out, [sequences.length, length], dtype);
}
