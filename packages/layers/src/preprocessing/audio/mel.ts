// The mel scale: frequencies as far apart as they sound. O'Shaughnessy, 1987, with the constants of the HTK toolkit.

/** Mels of a frequency in hertz. */
function melOf(hertz: number): number {
  return 1127 * Math.log(1 + hertz / 700);
}

/** How a spectrum becomes mel bands. */
export interface MelOptions {
  /** Number of bands. */
  readonly bands: number;
  /** Number of frequencies, from 0 to half the sampling rate. */
  readonly frequencies: number;
  /** Values per second. */
  readonly samplingRate: number;
  /** Where the lowest band begins, in hertz. */
  readonly minFreq: number;
  /** Where the highest band ends, in hertz. */
  readonly maxFreq: number;
}

/**
 * `[frequencies, bands]`, row-major: triangles with peak 1, evenly spaced in mels, each from the peak of the one before to
 * that of the one after. Frequency 0 is in none.
 */
export function melFilters({ bands, frequencies, samplingRate, minFreq, maxFreq }: MelOptions): Float32Array {
  const [low, high] = [melOf(minFreq), melOf(maxFreq)];
  const width = (high - low) / (bands + 1);
  const filters = new Float32Array(frequencies * bands);
  for (let i = 1; i < frequencies; i++) {
    const place = (melOf((i * samplingRate) / 2 / (frequencies - 1)) - low) / width;
    for (let band = 0; band < bands; band++) filters[i * bands + band] = Math.max(0, 1 - Math.abs(place - band - 1));
  }
  return filters;
}
