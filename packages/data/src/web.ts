// What needs a browser: pictures on a page, and files from the network.
export { type FetchOptions, fetchBytes } from './web/fetch.ts';
export { type ImageOptions, type ImageSource, imageToTensor } from './web/image.ts';
export { type ImageFilesOptions, imageFiles } from './web/image-files.ts';
