import type { Model } from '../model.ts';

/** Options of {@link downloadModel}. */
export interface DownloadOptions {
  /** The file's name. Default: the model's name and `.safetensors`. */
  readonly file?: string;
}

/**
 * Offers a model to the user as a file, the same that `model.save` writes in Node. Browsers allow it right after a click.
 * @example button.onclick = () => downloadModel(model);
 */
export async function downloadModel(
  model: Model,
  { file = `${model.name}.safetensors` }: DownloadOptions = {},
): Promise<void> {
  const bytes = await model.toBytes();
  const url = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>], { type: 'application/octet-stream' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = file;
  link.click();
  // The download has its own hold on the blob once the click is handled.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
