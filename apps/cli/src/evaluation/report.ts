// What the terminal shows of a test.
import { grouped, percent } from '../text/numbers.ts';
import { table } from '../text/table.ts';
import { accuracyOf, type Confusion, scoresOf } from './confusion.ts';

/** Accuracy, confusion matrix and scores per class, as text. */
export function testReport(matrix: Confusion, classes: readonly string[], title: string): string {
  return [
    `${title}: ${accuracyLine(matrix)}`,
    '',
    'Confusion matrix (rows: truth, columns: prediction)',
    confusionTable(matrix, classes),
    '',
    scoreTable(matrix, classes),
  ].join('\n');
}

/** `98.91 % right, 109 of 10,000 wrong`. */
export function accuracyLine(matrix: Confusion): string {
  const samples = matrix.flat().reduce((sum, count) => sum + count, 0);
  const right = matrix.reduce((sum, row, i) => sum + row[i]!, 0);
  return `${percent(accuracyOf(matrix))} right, ${grouped(samples - right)} of ${grouped(samples)} wrong`;
}

function confusionTable(matrix: Confusion, classes: readonly string[]): string {
  const short = classes.map((name) => name.slice(0, 8));
  const rows = matrix.map((row, truth) => [
    classes[truth]!,
    ...row.map((count) => (count === 0 ? '·' : String(count))),
  ]);
  return table(['', ...short], rows);
}

function scoreTable(matrix: Confusion, classes: readonly string[]): string {
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
    ['class', 'precision', 'recall', 'F1', 'images'],
    [
      ...scores.map((score, i) => row(classes[i]!, [score.precision, score.recall, score.f1], score.support)),
      row('mean', [mean((score) => score.precision), mean((score) => score.recall), mean((score) => score.f1)], all),
    ],
  );
}
