// The models a command can be pointed at: built in, saved, or exported by a module.

import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { onnxPlugin } from '@nablajs/onnx';
import { ConfigError, NablaError, type Shape } from '@nablajs/tensor';
import * as nabla from 'nablajs';
import { builtinModels, isBuiltinModel, outputLayer } from './builtin.ts';

/** What a model is to be made for. */
export interface Purpose {
  /** Shape of one sample: `[height, width, channels]` of an image, `[features]` of a row. */
  readonly inputShape: Shape;
  /** Whether a class or a number is predicted. */
  readonly goal: 'class' | 'number';
  /** Numbers per sample: how many classes there are, or 1. */
  readonly outputs: number;
}

/** What a module's function is called with. Taking Nabla from here, the module needs no imports. */
export interface ModuleCall extends Purpose {
  readonly nabla: typeof nabla;
  /** The same as `inputShape`, for images. */
  readonly imageShape: Shape;
  /** The same as `outputs`, for classes. */
  readonly classes: number;
}

/** Files that hold models, but not Nabla's. */
const FOREIGN = /\.(onnx|keras|h5|hdf5|json)$/i;

/**
 * Reads a model that was saved, imported ones included.
 * @throws ConfigError naming the plugin that a type of the file belongs to, or the command that reads files of others
 */
export async function openSaved(path: string, plugins: readonly nabla.Plugin[]): Promise<nabla.Model> {
  if (FOREIGN.test(path)) {
    throw new ConfigError(
      `${path}: a file of another program. Make a model of it first: nabla import ${path} -o model.safetensors.`,
    );
  }
  try {
    return await nabla.loadModel(path, { plugins: [onnxPlugin, ...plugins] });
  } catch (error) {
    throw withOption(error);
  }
}

/** What is to be typed in the place of what is to be passed. */
function withOption(error: unknown): unknown {
  if (!(error instanceof ConfigError)) return error;
  const [advice, owner] = /It belongs to the package '([^']+)'.*$/.exec(error.detail) ?? [];
  if (advice === undefined) return error;
  const detail = error.detail.replace(advice, `It belongs to a plugin: add --plugin ${owner}.`);
  return new ConfigError(detail, { path: error.path, cause: error });
}

/**
 * A model to train: `cnn`, `mlp`, a saved model to go on with, or a module that exports a model, or a function from
 * {@link ModuleCall} to one, as its default.
 * @throws ConfigError when the module exports something else or fails, FormatError when a saved model is damaged
 */
export async function openTrainable(
  name: string,
  purpose: Purpose,
  plugins: readonly nabla.Plugin[],
): Promise<nabla.Model> {
  if (isBuiltinModel(name)) return builtinModels[name](outputLayer(purpose.goal, purpose.outputs));
  return isModule(name) ? fromModule(name, purpose) : openSaved(name, plugins);
}

/** Whether a path names a module rather than a saved model. */
export function isModule(path: string): boolean {
  return /\.[cm]?js$/.test(path);
}

async function fromModule(path: string, purpose: Purpose): Promise<nabla.Model> {
  let made: unknown;
  try {
    const { default: exported } = (await import(pathToFileURL(resolve(path)).href)) as { readonly default?: unknown };
    made = typeof exported === 'function' ? await exported(callOf(purpose)) : exported;
  } catch (cause) {
    if (cause instanceof NablaError) throw cause;
    throw new ConfigError(`${path}: the module fails with ${String(cause).split('\n')[0]}`, { cause });
  }
  if (isModel(made)) return made;
  throw new ConfigError(
    `${path}: the module's default export is no model. Export one, or a function that returns one: ` +
      'export default ({ nabla, imageShape, classes }) => new nabla.Sequential([...]).',
  );
}

function callOf(purpose: Purpose): ModuleCall {
  return { nabla, ...purpose, imageShape: purpose.inputShape, classes: purpose.outputs };
}

/** By shape, not by class: a module may bring a copy of Nabla of its own. */
function isModel(value: unknown): value is nabla.Model {
  return ['compile', 'fit', 'predict', 'save'].every(
    (method) => typeof (value as Record<string, unknown> | null | undefined)?.[method] === 'function',
  );
}
