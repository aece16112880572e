// What the terminal shows of a test.

import type { TrainingData } from '../datasets/training-data.ts';
import { grouped, percent } from '../text/numbers.ts';
import { table } from '../text/table.ts';
import { accuracyOf, type Confusion, scoresOf } from './confusion.ts';
import type { TestResult } from './test-model.ts';

/** Columns for the names of predicted classes, of a terminal's 80. */
const TABLE_WIDTH = 60;

/** What was tested: the part of {@link TrainingData} that reports need. */
export type Tested = Pick<TrainingData, 'goal' | 'noun'>;

/** Accuracy, confusion matrix and scores per class, or the errors of numbers, as text. */
export function testReport(result: TestResult, { goal, noun }: Tested, title: string): string {
  const first = `${title}: ${headline(result)}`;
  if (result.kind === 'number' || goal.kind === 'number') return first;
  return [
    first,
    '',
    'Confusion matrix (rows: truth, columns: prediction)',
    confusionTable(result.matrix, goal.classes),
    '',
    scoreTable(result.matrix, goal.classes, noun),
  ].join('\n');
}

/** `98.91 % right, 109 of 10,000 wrong`; `mean absolute error 2.1, RMSE 3.2, R² 0.87`. */
export function headline(result: TestResult): string {
  if (result.kind === 'class') return accuracyLine(result.matrix);
  const { mae, rmse, r2 } = result.errors;
  const short = (value: number): string => String(Number(value.toPrecision(4)));
  return `mean absolute error ${short(mae)}, RMSE ${short(rmse)}, R² ${r2.toFixed(4)}`;
}

/** The same as plain data, for JSON. */
export function testRecord(result: TestResult, goal: TrainingData['goal']): Readonly<Record<string, unknown>> {
  if (result.kind === 'number') {
    const { mae, rmse, r2 } = result.errors;
    return { mae, rmse, r2 };
  }
  const names = goal.kind === 'class' ? goal.classes : [];
  return {
    accuracy: accuracyOf(result.matrix),
    confusion: result.matrix,
    classes: scoresOf(result.matrix).map((score, i) => ({ name: names[i], ...score })),
  };
}

function accuracyLine(matrix: Confusion): string {
  const samples = matrix.flat().reduce((sum, count) => sum + count, 0);
  const right = matrix.reduce((sum, row, i) => sum + row[i]!, 0);
  return `${percent(accuracyOf(matrix))} right, ${grouped(samples - right)} of ${grouped(samples)} wrong`;
}

function confusionTable(matrix: Confusion, classes: readonly string[]): string {
  const short = classes.map((name) => name.slice(0, Math.max(8, Math.floor(TABLE_WIDTH / classes.length))));
  const rows = matrix.map((row, truth) => [
    classes[truth]!,
    ...row.map((count) => (count === 0 ? '·' : String(count))),
  ]);
  return table(['', ...short], rows);
}

function scoreTable(matrix: Confusion, classes: readonly string[], noun: string): string {
  const scores = scoresOf(matrix);
  const row = (name: string, values: readonly number[], support: number): string[] => [
    name,
    ...values.map((value) => value.toFixed(4)),
    grouped(support),
  ];
  const mean = (pick: (score: (typeof scores)[number]) => number): number =>
    scores.reduce((sum, score) => sum + pick(score), 0) / scores.length;
  const all = scores.reduce((sum, { support }) => sum + support, 0);
  return table(
    ['class', 'precision', 'recall', 'F1', noun],
    [
      ...scores.map((score, i) => row(classes[i]!, [score.precision, score.recall, score.f1], score.support)),
      row('mean', [mean((score) => score.precision), mean((score) => score.recall), mean((score) => score.f1)], all),
    ],
  );
}
