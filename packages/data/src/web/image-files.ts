import { ConfigError, FormatError } from '@nablajs/tensor';
import { type DecodeImage, imageSet } from '../images/image-set.ts';
import { checkedOptions, type ImageSet, type ImageSetOptions } from '../images/options.ts';
import { imageToTensor } from './image.ts';

/** Options of {@link imageFiles}. */
export interface ImageFilesOptions extends ImageSetOptions {
  /** The class of a file. Default: the folder it lies in, as an `<input type="file" webkitdirectory>` gives it. */
  readonly classOf?: (file: File) => string;
}

/**
 * Pictures a user chose, decoded and scaled by the browser as they are needed.
 * @throws ConfigError when there are no pictures, or a file lies in no folder and `classOf` is not given; FormatError, in
 *   an epoch, naming the file that is no picture
 * @example const { dataset, classes } = imageFiles(input.files, { size: [64, 64], scale: 1 });
 */
export function imageFiles(chosen: Iterable<File>, options: ImageFilesOptions): ImageSet {
  const { size, channels, scale, fit, workers } = checkedOptions('imageFiles', options);
  const classOf = options.classOf ?? folderOf;
  const byName = new Map<string, File>();
  const found = [...chosen]
    .filter(({ type }) => type.startsWith('image/'))
    .map((file) => {
      const name = file.webkitRelativePath || file.name;
      byName.set(name, file);
      return { file: name, folder: classOf(file) };
    });
  const [height, width] = size;

  const decode: DecodeImage = async (name, out, at) => {
    const bitmap = await bitmapOf(byName.get(name)!, fit === 'crop' ? height / width : null);
    out.set(await imageToTensor(bitmap, { size, channels, scale }).data(), at);
    bitmap.close();
  };
  return imageSet('imageFiles', found, { ...options, size, channels, workers }, decode);
}

function folderOf(file: File): string {
  const folder = file.webkitRelativePath.split('/').at(-2);
  if (folder) return folder;
  throw new ConfigError(
    `imageFiles: '${file.name}' lies in no folder to take its class from. Give classOf, or let users choose a folder.`,
  );
}

/** The picture, or its middle with a ratio of height to width. */
async function bitmapOf(file: File, ratio: number | null): Promise<ImageBitmap> {
  try {
    const whole = await createImageBitmap(file);
    if (ratio === null) return whole;
    const width = Math.min(whole.width, Math.max(1, Math.round(whole.height / ratio)));
    const height = Math.min(whole.height, Math.max(1, Math.round(whole.width * ratio)));
    const cut = await createImageBitmap(
      whole,
      Math.floor((whole.width - width) / 2),
      Math.floor((whole.height - height) / 2),
      width,
      height,
    );
    whole.close();
    return cut;
  } catch (cause) {
    throw new FormatError(`${file.name}: is no picture the browser can read (${(cause as Error).message}).`, { cause });
  }
}
