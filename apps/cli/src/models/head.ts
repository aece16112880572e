// What a classifier's outputs mean: probabilities or logits, one number per class or a single one for two classes.
import type { Dataset } from '@nablajs/data';
import { ConfigError, formatShape, type Tensor } from '@nablajs/tensor';
import {
  BinaryCrossentropy,
  type Loss,
  type Model,
  type OutputKind,
  outputKind,
  SparseCategoricalCrossentropy,
} from 'nablajs';
import type { Goal } from '../datasets/training-data.ts';

/** As many samples tell logits from probabilities. */
const SAMPLES = 64;

/** The outputs of a classifier. */
export interface Head {
  readonly kind: OutputKind;
  /** Numbers per sample: one per class, or 1 for two classes. */
  readonly width: number;
}

/** Finds out about the outputs of a classifier, by its last activation or by some samples. */
export async function headOf(model: Model, samples: Dataset<Tensor, Tensor>, goal: Goal): Promise<Head> {
  const output = await model.predict(samples.take(SAMPLES).batch(SAMPLES));
  checkOutput(output, goal);
  return { kind: await outputKind(model, output), width: output.shape[1]! };
}

/** The loss that takes such outputs and class numbers. */
export function lossFor({ kind, width }: Head): Loss {
  const fromLogits = kind === 'logits';
  return width === 1 ? new BinaryCrossentropy({ fromLogits }) : new SparseCategoricalCrossentropy({ fromLogits });
}

/** One sentence about what was found. */
export function headText({ kind, width }: Head): string {
  const loss = width === 1 ? 'binary crossentropy' : 'crossentropy';
  return kind === 'logits'
    ? `The model ends in logits: its loss is the ${loss} from logits.`
    : `The model ends in probabilities: its loss is the ${loss} of them.`;
}

/** Throws ConfigError when outputs for samples do not fit what is to be predicted. */
export function checkOutput({ rank, shape }: Tensor, goal: Goal): void {
  const [outputs, single] = goal.kind === 'class' ? [goal.classes.length, goal.classes.length === 2] : [1, true];
  if (rank === 2 && (shape[1] === outputs || (single && shape[1] === 1))) return;
  throw new ConfigError(
    `The model's outputs have shape ${formatShape(['batch', ...shape.slice(1)] as never)}; ` +
      `for ${goal.kind === 'class' ? `${outputs} classes` : goal.name} it must be [batch, ${outputs}].`,
  );
}

/** Probabilities of the classes, one row per sample. */
export async function probabilityRows(model: Model, output: Tensor): Promise<readonly (readonly number[])[]> {
  const isLogits = (await outputKind(model, output)) === 'logits';
  const values = Array.from((await output.data()) as ArrayLike<number>);
  const width = output.shape.at(-1)!;
  return Array.from({ length: values.length / width }, (_, row) => {
    const scores = values.slice(row * width, (row + 1) * width);
    if (width > 1) return isLogits ? softmax(scores) : scores;
    const [score] = scores as [number];
    const yes = isLogits ? 1 / (1 + Math.exp(-score)) : score;
    return [1 - yes, yes];
  });
}

function softmax(scores: readonly number[]): number[] {
  const largest = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - largest));
  const whole = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / whole);
}
