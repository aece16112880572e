// Texts into bins, by a hash that stays the same.
import type { Field } from '../../base/options.ts';
import { fingerprint64 } from './farm-hash.ts';
import { type SipKey, sipHash64 } from './sip-hash.ts';
import { bytesOf } from './words.ts';

/** What chooses another hash: one whole number, or two. */
export type Salt = number | readonly number[];

/** The option for {@link Salt}; the normal form is a list of two. */
export const salt: Field<Salt> = {
  must: 'a whole number of at least 0, or a list of two',
  fallback: undefined,
  read: (value) => {
    const list = Array.isArray(value) ? value : [value, value];
    return list.length === 2 && list.every((item) => Number.isSafeInteger(item) && item >= 0) ? list : undefined;
  },
};

/** The bin of a text: by FarmHash64, or by SipHash64 with a salt. */
export function binOf(text: string, bins: number, key: Salt | null): number {
  const bytes = bytesOf(text);
  const hash =
    key === null ? fingerprint64(bytes) : sipHash64(bytes, (key as readonly number[]).map(BigInt) as never as SipKey);
  return Number(hash % BigInt(bins));
}

/** A word or number as the text that is hashed; numbers are cut to whole ones. */
export function textOf(value: string | number): string {
  return typeof value === 'string' ? value : String(Math.trunc(value) + 0);
}
