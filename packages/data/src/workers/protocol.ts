// What a page or program and its workers tell each other.

/** An item to make a sample of. */
export interface Job {
  readonly id: number;
  readonly item: unknown;
}

/** What a worker answers. It says that it is ready once, before all else. */
export type Answer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'made'; readonly id: number; readonly sample: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string };

/** A tensor on its way from a worker. */
export interface Parcel {
  readonly kind: 'tensor';
  readonly data: unknown;
  readonly shape: readonly number[];
  readonly dtype: string;
}
