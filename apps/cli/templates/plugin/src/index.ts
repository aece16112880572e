// The plugin as one value, and its parts for those who use them in code.
import type { Plugin } from 'nablajs';
import { SoftClip } from './soft-clip.ts';
import { softClipOp } from './soft-clip-op.ts';

export { SoftClip, type SoftClipConfig } from './soft-clip.ts';
export { softClip, softClipOp } from './soft-clip-op.ts';

/** Everything in this package: `loadModel(path, { plugins: [plugin] })`, `nabla train --plugin my-plugin`. */
export const plugin: Plugin = {
  name: 'my-plugin',
  ops: [softClipOp],
  layers: [SoftClip],
};

export default plugin;
