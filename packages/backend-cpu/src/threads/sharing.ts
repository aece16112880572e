/** When work is shared among threads, in multiply-adds or touched elements. Tests share everything. */
export const sharing: {
  /** Steps of at least so much are cut into parts: less is done sooner than handed over. */
  least: number;
  /** Workers start when so much could have been shared: about a tenth of a second of it. */
  startAfter: number;
} = { least: 2e5, startAfter: 2e9 };
