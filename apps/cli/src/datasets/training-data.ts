// What a model learns from and is tested on, whatever it is: images of a data set, rows of a table.
import type { Dataset } from '@nablajs/data';
import type { Shape, Tensor } from '@nablajs/tensor';

/** Samples with what is to be predicted. */
export interface Part {
  readonly count: number;
  /** Labels, or numbers as the model predicts them. */
  readonly truth: ArrayLike<number>;
  readonly samples: Dataset<Tensor, Tensor>;
}

/** What is predicted: one of several classes, or a number, which models see standardised. */
export type Goal =
  | { readonly kind: 'class'; readonly classes: readonly string[] }
  | { readonly kind: 'number'; readonly name: string; readonly decode: (value: number) => number };

/** Training and test samples. */
export interface TrainingData {
  readonly name: string;
  /** What one sample is called, in the plural. */
  readonly noun: 'images' | 'rows';
  /** Shape of one sample as models see it. */
  readonly inputShape: Shape;
  readonly goal: Goal;
  readonly train: Part;
  readonly test: Part;
  /** What a model needs beside it to be used again: contents by file name. */
  readonly companions: Readonly<Record<string, string>>;
}

/** The numbers a model gives per sample. */
export function outputsOf(goal: Goal): number {
  return goal.kind === 'class' ? goal.classes.length : 1;
}
