import { Dataset } from '@nablajs/data';
import type { Model } from 'nablajs';
import { encoderOf, goalOf, readTable } from '../datasets/table.ts';
import type { Display } from '../display/display.ts';
import { argMax } from '../evaluation/confusion.ts';
import { checkOutput, probabilityRows } from '../models/head.ts';

/** Predicts each row of a table, and writes the predictions as CSV, in the order of the rows. */
export async function predictTable(model: Model, path: string, table: string, display: Display): Promise<void> {
  const encoder = await encoderOf(path);
  const goal = goalOf(encoder);
  const frame = await readTable(table);
  const samples = Dataset.from({ x: encoder.features(frame) }).batch(256);
  const output = await model.predict(samples as unknown as Dataset);
  checkOutput(output, goal);
  const { name } = encoder.encoding.target;

  if (goal.kind === 'number') {
    const values = Array.from((await output.data()) as ArrayLike<number>);
    const predictions = values.map((value) => Number(goal.decode(value).toPrecision(7)));
    const lines = [cell(name), ...predictions.map(String)];
    display.result('prediction', { model: path, table, predictions }, lines.join('\n'), lines.join('\n'));
    return;
  }
  const predictions = (await probabilityRows(model, output)).map((row) => {
    const label = argMax(row);
    return { class: goal.classes[label]!, probability: row[label]! };
  });
  const lines = [
    `${cell(name)},probability`,
    ...predictions.map(({ class: found, probability }) => `${cell(found)},${probability.toFixed(4)}`),
  ];
  display.result('prediction', { model: path, table, predictions }, lines.join('\n'), lines.join('\n'));
}

/** Quoted where CSV needs it. */
function cell(text: string): string {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
