// Samples that are not in memory: files, a database, something computed.
import { ConfigError, type Tensor } from '@nablajs/tensor';
import { type Mapping, withSize } from './mapped.ts';
import type { Stage } from './stage.ts';

/**
 * Samples that can be asked for by number, such as the pictures of a folder. `Dataset.fromSource` makes a data set of it,
 * which shuffles and splits without reading anything.
 */
export interface Source<X, Y> {
  /** How many samples there are. */
  readonly length: number;
  /** The samples with these numbers, in this order, stacked along the first axis. Called once per batch. */
  read(indices: Uint32Array): Promise<SourceBatch<X, Y>> | SourceBatch<X, Y>;
  /** Called when an epoch begins to read. Epochs may overlap. */
  open?(): void;
  /** Called when an epoch is over, also when its loop was left early: once for each `open`. */
  close?(): void;
}

/** What a source returns; the size is counted. */
export interface SourceBatch<X, Y> {
  readonly x: X;
  readonly y: Y;
  /** One weight per sample. */
  readonly sampleWeight?: Tensor | undefined;
}

/** A source as the first step of a pipeline. */
export function samplesOf(source: Source<unknown, unknown>): Stage {
  const { length } = source;
  if (!Number.isSafeInteger(length) || length < 1) {
    throw new ConfigError(`Dataset.fromSource: length must be a whole number of at least 1, got ${length}.`);
  }
  return {
    length,
    begin({ resources }) {
      resources.push({ open: () => source.open?.(), close: () => source.close?.() });
      return async (indices) => {
        const batch = withSize('Dataset.fromSource: read', await (source.read(indices) as ReturnType<Mapping>));
        if (batch.size === indices.length) return batch;
        throw new ConfigError(
          `Dataset.fromSource: read was asked for ${indices.length} samples and returned ${batch.size}. ` +
            'Return one row for each number it is given.',
        );
      };
    },
  };
}
