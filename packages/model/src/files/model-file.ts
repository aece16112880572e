// One file for a whole model: a safetensors file whose metadata holds the architecture and how it was compiled.
import type { LayerJSON } from '@nablajs/layers';
import { ConfigError, type DType, FormatError, type RandomState, type Shape, type Variable } from '@nablajs/tensor';
import type { Model } from '../model.ts';
import { crc32 } from './crc32.ts';
import { type StoredTensor, storedBytes, writeSafetensors } from './safetensors.ts';

/** The architecture of a model. */
export interface ModelJSON {
  readonly type: 'Sequential';
  readonly name: string;
  /** Shape (without the batch axis) and dtype of the inputs, when known. */
  readonly input: { readonly shape: Shape; readonly dtype: DType } | null;
  readonly layers: readonly LayerJSON[];
}

/** What the metadata entry `nabla` holds. */
export interface ModelRecord {
  readonly version: 1;
  readonly model: ModelJSON;
  readonly compilation: {
    readonly optimizer: unknown;
    readonly loss: unknown;
    readonly metrics: readonly unknown[];
    /** Only where it is not `float32`. */
    readonly precision?: unknown;
  } | null;
  readonly random: RandomState | null;
}

/** Name of a weight in a file: `dense_1/kernel`. */
export function weightEntries(model: Model): [string, Variable][] {
  return model.layers.flatMap((layer) =>
    layer.weights.map((weight): [string, Variable] => [`${layer.name}/${leafName(weight)}`, weight]),
  );
}

/** Names of the optimizer's state in a file: `optimizer/iterations`, `optimizer/dense_1/kernel/momentum`. */
export function optimizerEntries(model: Model): [string, Variable][] {
  return (
    model.compilation?.optimizer?.variables.map((state): [string, Variable] => [`optimizer/${state.name}`, state]) ?? []
  );
}

function leafName({ name }: Variable): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

/** The bytes of a model's file. */
export async function modelBytes(model: Model): Promise<Uint8Array> {
  const { compilation } = model;
  if (model.inputSpec === null && model.weights.length > 0) {
    throw new ConfigError(
      `model '${model.name}' cannot be saved: its layers have weights, but which inputs they were made for is unknown. ` +
        'Begin the model with Input({ shape }), or call model.build or predict first.',
    );
  }
  const setup = await compilation?.load();
  const record: ModelRecord = {
    version: 1,
    model: model.toJSON(),
    compilation: setup
      ? {
          optimizer: setup.optimizer.toJSON(),
          loss: setup.loss.toJSON(),
          metrics: compilation!.given.metrics.map((metric) => (typeof metric === 'string' ? metric : metric.toJSON())),
          ...(setup.precision === 'float32' ? {} : { precision: setup.precision }),
        }
      : null,
    random: model.randomState,
  };
  const entries = [...weightEntries(model), ...optimizerEntries(model)];
  const tensors = new Map<string, StoredTensor>();
  for (const [name, variable] of entries) {
    tensors.set(name, { dtype: variable.dtype, shape: variable.shape, data: await variable.value.data() });
  }
  const json = JSON.stringify(record);
  return writeSafetensors({ tensors, metadata: { format: 'nabla', nabla: json, checksum: checksumOf(json, tensors) } });
}

/** CRC-32 over the record, then each tensor's name, dtype, shape and bytes. */
export function checksumOf(json: string, tensors: ReadonlyMap<string, StoredTensor>): string {
  const encoder = new TextEncoder();
  const parts: Uint8Array[] = [encoder.encode(json)];
  for (const [name, { dtype, shape, data }] of tensors) {
    parts.push(encoder.encode(`${name} ${dtype} ${shape.join(',')}`), storedBytes(dtype, data));
  }
  return crc32(...parts)
    .toString(16)
    .padStart(8, '0');
}

/** Throws a FormatError about a file. */
export function refuse(file: string, what: string, cause?: unknown): never {
  throw new FormatError(`${file} ${what}`, { cause });
}
