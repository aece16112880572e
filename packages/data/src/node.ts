// What reads files: Node only.
export type { ImageSet, ImageSetOptions } from './images/options.ts';
export { type Cifar, readCifar } from './node/cifar.ts';
export { readCsvFile, readNpyFile, readNpzFile, readParquetFile, readWavFile } from './node/files.ts';
export { readIdxFile } from './node/idx-file.ts';
export { imageFolder } from './node/image-folder.ts';
export { type LabelledImages, type Mnist, readMnist } from './node/mnist.ts';
export { fileBytes } from './node/read.ts';
