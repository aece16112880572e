// From tables to what networks take: standardised numbers, words as one-hot vectors, classes as numbers.
import { ConfigError, isRecord } from '@nablajs/tensor';
import { type Column, column } from '../dataset/column.ts';
import { Dataset } from '../dataset/dataset.ts';
import type { Frame, FrameColumn } from './frame.ts';

/** How one column becomes features. */
export type FeatureEncoding =
  | {
      readonly kind: 'number';
      readonly name: string;
      readonly mean: number;
      readonly deviation: number;
      /** Whether a second feature says that the value was missing. */
      readonly gaps: boolean;
    }
  | { readonly kind: 'category'; readonly name: string; readonly categories: readonly string[] };

/** How the target becomes what a loss takes. */
export type TargetEncoding =
  | { readonly kind: 'class'; readonly name: string; readonly classes: readonly string[] }
  | { readonly kind: 'number'; readonly name: string; readonly mean: number; readonly deviation: number };

/** What a {@link TableEncoder} learned, as plain JSON. */
export interface TableEncoding {
  readonly features: readonly FeatureEncoding[];
  readonly target: TargetEncoding;
}

/** Options of {@link TableEncoder.fit}. */
export interface EncoderOptions {
  /** The column to predict. */
  readonly target: string;
  /** What kind of prediction. Default: `class` for text and for up to 20 different whole numbers, `number` otherwise. */
  readonly task?: 'class' | 'number';
  /** Columns to leave out, such as row numbers. Default none. */
  readonly ignore?: readonly string[];
  /** A column of text with more different words than this is an error rather than a wide one-hot. Default 50. */
  readonly maxCategories?: number;
}

const MOST_CLASSES = 20;

/**
 * Learns from a training table how its columns become numbers, and does so to any table with the same columns: numbers are
 * standardised (mean 0, deviation 1; gaps become the mean, and a feature of their own tells), words become one-hot vectors,
 * all zeros for a gap or an unknown word. Learn from the training rows only, or the test rows leak into what is learned.
 * @example
 * const encoder = TableEncoder.fit(train, { target: 'species' });
 * const data = encoder.dataset(train); // x [rows, encoder.width], y int32 [rows]
 */
export class TableEncoder {
  readonly encoding: TableEncoding;

  /** Reads back what `toJSON` wrote. */
  constructor(encoding: TableEncoding) {
    if (!isRecord(encoding) || !Array.isArray(encoding['features']) || !isRecord(encoding['target'])) {
      throw new ConfigError('TableEncoder: expects { features, target }, as toJSON wrote them.');
    }
    this.encoding = encoding as unknown as TableEncoding;
  }

  /**
   * @throws ConfigError for an unknown target, a target without two different values, a column with too many words, or when
   *   no feature is left
   */
  static fit(frame: Frame, { target, task, ignore = [], maxCategories = 50 }: EncoderOptions): TableEncoder {
    const goal = targetOf(target, frame.column(target), task);
    const features = frame
      .drop(ignore.filter((name) => name !== target))
      .names.filter((name) => name !== target)
      .flatMap((name) => featureOf(name, frame.column(name), maxCategories));
    if (features.length === 0) {
      throw new ConfigError(`TableEncoder: without '${target}' no column is left to learn from.`);
    }
    return new TableEncoder({ features, target: goal });
  }

  /** Numbers per sample. */
  get width(): number {
    return this.encoding.features.reduce((sum, feature) => sum + widthOf(feature), 0);
  }

  /** Names of the classes, or `null` where a number is predicted. */
  get classes(): readonly string[] | null {
    const { target } = this.encoding;
    return target.kind === 'class' ? target.classes : null;
  }

  /** What each number of a sample is: `age`, `age missing`, `species=Gentoo`. */
  get featureNames(): readonly string[] {
    return this.encoding.features.flatMap((feature) => {
      if (feature.kind === 'category') return feature.categories.map((word) => `${feature.name}=${word}`);
      return feature.gaps ? [feature.name, `${feature.name} missing`] : [feature.name];
    });
  }

  /** Features of a table, float32 `[rows, width]`. Throws ConfigError when a column is missing or of another kind. */
  features(frame: Frame): Column {
    const { rows } = frame;
    const { width } = this;
    const data = new Float32Array(rows * width);
    let at = 0;
    for (const feature of this.encoding.features) {
      writeFeature(feature, columnOf(frame, feature), data, at, width);
      at += widthOf(feature);
    }
    return column(data, [rows, width]);
  }

  /**
   * Targets of a table: int32 `[rows]` for classes, standardised float32 `[rows, 1]` for numbers.
   * @throws ConfigError for gaps, and for a class that was not seen in training
   */
  targets(frame: Frame): Column {
    const { target } = this.encoding;
    const found = frame.column(target.name);
    if (target.kind === 'number') {
      const values = numbersOf(found, target.name);
      const gap = values.findIndex(Number.isNaN);
      if (gap >= 0) throw missingTarget(target.name, gap);
      return column(
        Float32Array.from(values, (value) => (value - target.mean) / target.deviation),
        [frame.rows, 1],
      );
    }
    const numberOf = new Map(target.classes.map((name, i) => [name, i]));
    const labels = Int32Array.from({ length: frame.rows }, (_, row) => {
      const word = wordOf(found, row);
      if (word === null) throw missingTarget(target.name, row);
      const label = numberOf.get(word);
      if (label !== undefined) return label;
      throw new ConfigError(
        `row ${row + 1}: '${word}' is none of the ${target.classes.length} classes of '${target.name}' seen in training.`,
      );
    });
    return column(labels);
  }

  /** Features and targets as a data set. */
  dataset(frame: Frame): Dataset {
    return Dataset.from({ x: this.features(frame), y: this.targets(frame) }) as Dataset;
  }

  /** A standardised prediction as a number of the target column. Throws ConfigError where classes are predicted. */
  decode(value: number): number {
    const { target } = this.encoding;
    if (target.kind === 'number') return value * target.deviation + target.mean;
    throw new ConfigError(`TableEncoder: '${target.name}' is a class. Its names are in classes.`);
  }

  toJSON(): TableEncoding {
    return this.encoding;
  }
}

function widthOf(feature: FeatureEncoding): number {
  return feature.kind === 'category' ? feature.categories.length : feature.gaps ? 2 : 1;
}

function featureOf(name: string, found: FrameColumn, maxCategories: number): FeatureEncoding[] {
  if (found.kind === 'number') {
    const { mean, deviation, count } = momentsOf(found.values);
    if (count === 0) return [];
    return [{ kind: 'number', name, mean, deviation, gaps: count < found.values.length }];
  }
  const categories = wordsOf(found);
  if (categories.length > maxCategories) {
    throw new ConfigError(
      `column '${name}' holds ${categories.length} different words, more than ${maxCategories}. ` +
        `If they name the rows, leave them out with ignore: ['${name}']; else raise maxCategories.`,
    );
  }
  return categories.length > 0 ? [{ kind: 'category', name, categories }] : [];
}

function targetOf(name: string, found: FrameColumn, task: EncoderOptions['task']): TargetEncoding {
  const words = wordsOf(found);
  if (words.length < 2) {
    throw new ConfigError(`column '${name}' holds ${words.length} different values: there is nothing to predict.`);
  }
  const looksLikeClass =
    found.kind === 'text' ||
    (words.length <= MOST_CLASSES && found.values.every((value) => Number.isInteger(value) || Number.isNaN(value)));
  if ((task ?? (looksLikeClass ? 'class' : 'number')) === 'class') return { kind: 'class', name, classes: words };
  const { mean, deviation } = momentsOf(numbersOf(found, name));
  return { kind: 'number', name, mean, deviation };
}

/** The different words of a column, sorted; numbers by size. */
function wordsOf(found: FrameColumn): string[] {
  if (found.kind === 'number') {
    return [...new Set(found.values)]
      .filter((value) => !Number.isNaN(value))
      .sort((a, b) => a - b)
      .map(String);
  }
  return [...new Set(found.values)].filter((word) => word !== null).sort();
}

function wordOf(found: FrameColumn, row: number): string | null {
  if (found.kind === 'text') return found.values[row]!;
  return Number.isNaN(found.values[row]) ? null : String(found.values[row]);
}

function momentsOf(values: Float64Array): {
  readonly mean: number;
  readonly deviation: number;
  readonly count: number;
} {
  const known = values.filter((value) => !Number.isNaN(value));
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  const variance = known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / known.length;
  // A constant column carries nothing; it becomes zeros instead of infinities.
  return { mean, deviation: Math.sqrt(variance) || 1, count: known.length };
}

function columnOf(frame: Frame, { name, kind }: FeatureEncoding): FrameColumn {
  const found = frame.column(name);
  if (kind === 'category' || found.kind === 'number') return found;
  throw new ConfigError(`column '${name}' holds text, but held numbers where the encoder learned.`);
}

function numbersOf(found: FrameColumn, name: string): Float64Array {
  if (found.kind === 'number') return found.values;
  throw new ConfigError(`column '${name}' holds text; task 'number' needs numbers. Use task 'class'.`);
}

function missingTarget(name: string, row: number): ConfigError {
  return new ConfigError(
    `row ${row + 1} has no '${name}' to learn from. Leave such rows out: frame.dropMissing() drops all that have gaps.`,
  );
}

function writeFeature(
  feature: FeatureEncoding,
  found: FrameColumn,
  data: Float32Array,
  at: number,
  width: number,
): void {
  const rows = found.values.length;
  if (feature.kind === 'category') {
    const placeOf = new Map(feature.categories.map((word, i) => [word, i]));
    for (let row = 0; row < rows; row++) {
      const word = wordOf(found, row);
      const place = word === null ? undefined : placeOf.get(word);
      if (place !== undefined) data[row * width + at + place] = 1;
    }
    return;
  }
  for (let row = 0; row < rows; row++) {
    const value = found.values[row] as number;
    const isGap = Number.isNaN(value);
    data[row * width + at] = isGap ? 0 : (value - feature.mean) / feature.deviation;
    if (feature.gaps && isGap) data[row * width + at + 1] = 1;
  }
}
