// What reads files: Node only.
export { readIdxFile } from './node/idx-file.ts';
export { type LabelledImages, type Mnist, readMnist } from './node/mnist.ts';
