import { survey, surveyText } from '../backends/survey.ts';
import { displayFor } from '../display/display.ts';
import { pluginsOf } from '../plugins/plugins.ts';
import type { Command } from './command.ts';

/** Wider lines are hard to read. */
const WIDEST = 100;

/** `nabla backends` */
export const backends: Command = async (_words, options, io) => {
  const found = await survey(await pluginsOf(options));
  const node = process.versions.node;
  const platform = `${process.platform}-${process.arch}`;
  displayFor(io, options).result(
    'backends',
    { node, platform, ...found },
    `${surveyText(found, Math.min(io.out.columns, WIDEST))}\n\nNode ${node} on ${platform}`,
  );
};
