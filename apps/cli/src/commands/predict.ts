import { ConfigError } from '@nablajs/tensor';
import type { Options } from '../arguments/options.ts';
import { UsageError } from '../arguments/usage-error.ts';
import { useBackend } from '../backends/backends.ts';
import { classesOf, DATASET_NAMES } from '../datasets/dataset.ts';
import { classesBeside } from '../datasets/pictures.ts';
import { isTable } from '../datasets/table.ts';
import { displayFor } from '../display/display.ts';
import { blocks } from '../images/blocks.ts';
import { edgeBrightness, type Image, inverted } from '../images/image.ts';
import { toModelInput } from '../images/model-input.ts';
import { findImage } from '../images/source.ts';
import { probabilityRows } from '../models/head.ts';
import { openSaved } from '../models/open.ts';
import { pluginsOf } from '../plugins/plugins.ts';
import { bar } from '../text/bars.ts';
import { percent } from '../text/numbers.ts';
import type { Command } from './command.ts';
import { example, predictInputs } from './predict-inputs.ts';
import { predictTable } from './predict-table.ts';

const BAR_WIDTH = 30;
/** Wider pictures do not help in a terminal. */
const WIDEST_PICTURE = 40;

/** `nabla predict <model> <sample>` */
export const predict: Command = async ([path, source], options, io) => {
  const top = options.whole('top', 1)!;
  if (source === undefined && options.all('input').length === 0) {
    throw new UsageError('<sample> is missing, or --input for each input of the model.', options.command);
  }
  const display = displayFor(io, options);
  const plugins = await pluginsOf(options);
  await useBackend(options, plugins);
  const model = await openSaved(path!, plugins);
  if (options.all('input').length > 0) {
    if (source !== undefined) throw options.wrong('input', `and the sample ${source} are both there. Leave one out.`);
    return predictInputs(model, path!, options, display);
  }
  if (isTable(source!)) return predictTable(model, path!, source!, display);
  const spec = model.inputSpec;
  if (spec === null) throw new ConfigError(`${path}: the model does not know the shape of its input.`);
  if (!('shape' in spec) || model.outputPlaces.form !== 'one') {
    const { names } = model.inputPlaces;
    throw new ConfigError(
      `${path}: the model has inputs ${names.join(', ')} and outputs ${model.outputPlaces.names.join(', ')}. ` +
        `Give a file for each input: ${names.map(example).join(' ')}.`,
    );
  }
  const found = await findImage(source!, options.text('data'));
  const { image, tensor } = toModelInput(
    options.flag('invert') ? inverted(found.image) : found.image,
    spec.shape.slice(1),
  );

  const [probabilities = []] = await probabilityRows(model, await model.predict(tensor));
  const names = classNames(options, found.classes ?? (await classesBeside(path!)), probabilities.length);
  const ranked = Array.from(probabilities, (probability, i) => ({ class: names[i] ?? String(i), probability }))
    .sort((a, b) => b.probability - a.probability)
    .slice(0, top);

  const [best] = ranked;
  const hint = advice(image, options);
  display.result(
    'prediction',
    { model: path, image: source, truth: found.truth, predictions: ranked },
    [picture(image), bars(ranked), truthLine(found.truth, best!.class), hint]
      .filter((part) => part !== '')
      .join('\n\n'),
    `${best!.class} (${percent(best!.probability, 1)})`,
  );
};

function classNames(options: Options, known: readonly string[] | undefined, count: number): readonly string[] {
  const typed = options.text('classes');
  if (typed === undefined) return known?.length === count ? known : [];
  const dataset = DATASET_NAMES.find((name) => name === typed);
  const names = dataset === undefined ? typed.split(',').map((name) => name.trim()) : classesOf(dataset);
  if (names.length === count) return names;
  throw options.wrong('classes', `names ${names.length} classes, but the model tells ${count} apart.`);
}

function bars(ranked: readonly { readonly class: string; readonly probability: number }[]): string {
  const width = Math.max(...ranked.map(({ class: name }) => name.length));
  return ranked
    .map(({ class: name, probability }) => {
      const drawn = bar(probability, BAR_WIDTH).padEnd(BAR_WIDTH);
      return `${name.padEnd(width)}  ${drawn}  ${percent(probability, 1).padStart(7)}`;
    })
    .join('\n');
}

function picture(image: Image): string {
  return image.channels === 1 && image.width <= WIDEST_PICTURE ? blocks(image) : '';
}

function truthLine(truth: string | undefined, predicted: string): string {
  if (truth === undefined) return '';
  return truth === predicted ? `Right: it is ${truth}.` : `Wrong: it is ${truth}.`;
}

/** Digits in the usual data sets are bright on dark, on paper they are not. */
function advice(image: Image, options: Options): string {
  if (image.channels !== 1 || options.flag('invert') || edgeBrightness(image) < 0.5) return '';
  return 'The background is bright. If the model learnt from bright shapes on dark, as in MNIST, add --invert.';
}
