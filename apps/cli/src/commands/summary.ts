import { displayFor } from '../display/display.ts';
import { builtinModels, isBuiltinModel, outputLayer } from '../models/builtin.ts';
import { openSaved } from '../models/open.ts';
import { pluginsOf } from '../plugins/plugins.ts';
import type { Command } from './command.ts';

/** The images and classes that a built-in model is shown for: those of MNIST. */
const SHOWN_FOR = { imageShape: [28, 28, 1], classes: 10 } as const;

/** `nabla summary <model>` */
export const summary: Command = async ([name], options, io) => {
  const plugins = await pluginsOf(options);
  const model = isBuiltinModel(name!)
    ? builtinModels[name](outputLayer('class', SHOWN_FOR.classes))
    : await openSaved(name!, plugins);
  if (isBuiltinModel(name!)) model.build({ shape: [1, ...SHOWN_FOR.imageShape], dtype: 'float32' });
  const text = model.summary();
  displayFor(io, options).result('summary', { model: name, parameters: model.countParams(), ...model.toJSON() }, text);
};
