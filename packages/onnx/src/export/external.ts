// Large weights in a file beside the model.
import type { Draft } from '@nablajs/onnx-graph';
import { ConfigError } from '@nablajs/tensor';

/** How weights are moved out of the model file. */
export interface ExternalOptions {
  /** Name of the second file, without a folder. Default `model.onnx.data`. */
  readonly file?: string;
  /** Weights of at least so many bytes go there. Default 1024. */
  readonly threshold?: number;
}

/** Data begin at multiples of this, so that readers can map them. */
const ALIGNMENT = 4096;
const EXTERNAL = 1;

/** The graph with its large initializers outside, and what lies there. Throws ConfigError for a name with a folder. */
export function moveOutside(
  graph: Draft<'GraphProto'>,
  { file = 'model.onnx.data', threshold = 1024 }: ExternalOptions,
): { readonly graph: Draft<'GraphProto'>; readonly externalData: Readonly<Record<string, Uint8Array>> } {
  if (file === '' || file === '..' || file === '.' || /[/\\]/.test(file)) {
    throw new ConfigError(
      `exportOnnxFiles: file must be a name without a folder, got '${file}'. It lies beside the model.`,
    );
  }
  const parts: { readonly at: number; readonly data: Uint8Array }[] = [];
  let end = 0;
  const initializer = (graph.initializer ?? []).map((tensor) => {
    const { rawData, ...rest } = tensor;
    if (!rawData || rawData.length < threshold) return tensor;
    const at = Math.ceil(end / ALIGNMENT) * ALIGNMENT;
    parts.push({ at, data: rawData });
    end = at + rawData.length;
    const place = { location: file, offset: String(at), length: String(rawData.length) };
    const externalData = Object.entries(place).map(([key, value]) => ({ key, value }));
    return { ...rest, dataLocation: EXTERNAL, externalData };
  });
  if (parts.length === 0) return { graph, externalData: {} };
  const bytes = new Uint8Array(end);
  for (const { at, data } of parts) bytes.set(data, at);
  return { graph: { ...graph, initializer }, externalData: { [file]: bytes } };
}
