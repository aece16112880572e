import type { LayerCase } from '@nablajs/testkit';
import { CenterCrop, Rescaling, Resizing, UpSampling1D, UpSampling2D, UpSampling3D } from '../../src/index.ts';

export const IMAGE: readonly LayerCase[] = [
  ['UpSampling1D', { make: () => new UpSampling1D(), config: { size: [2] }, input: [2, 3, 2], output: [2, 6, 2] }],
  [
    'UpSampling2D',
    { make: () => new UpSampling2D([2, 3]), config: { size: [2, 3] }, input: [1, 2, 3, 2], output: [1, 4, 9, 2] },
  ],
  [
    'UpSampling2D, bilinear, channels first',
    {
      make: () => new UpSampling2D(2, { interpolation: 'bilinear', dataFormat: 'channelsFirst' }),
      config: { size: 2, interpolation: 'bilinear', dataFormat: 'channelsFirst' },
      input: [1, 2, 3, 2],
      output: [1, 2, 6, 4],
    },
  ],
  [
    'UpSampling2D, bicubic',
    {
      make: () => new UpSampling2D(2, { interpolation: 'bicubic' }),
      config: { size: 2, interpolation: 'bicubic' },
      input: [1, 3, 2, 1],
      output: [1, 6, 4, 1],
    },
  ],
  [
    'UpSampling3D',
    {
      make: () => new UpSampling3D([1, 2, 2]),
      config: { size: [1, 2, 2] },
      input: [1, 2, 2, 1, 2],
      output: [1, 2, 4, 2, 2],
    },
  ],
  [
    'Resizing',
    { make: () => new Resizing(3, 4), config: { height: 3, width: 4 }, input: [1, 5, 3, 2], output: [1, 3, 4, 2] },
  ],
  [
    'Resizing, cropped, antialiased',
    {
      make: () => new Resizing(2, 2, { cropToAspectRatio: true, antialias: true, interpolation: 'lanczos3' }),
      config: { height: 2, width: 2, cropToAspectRatio: true, antialias: true, interpolation: 'lanczos3' },
      input: [1, 6, 5, 1],
      output: [1, 2, 2, 1],
    },
  ],
  [
    'Resizing, padded, channels first',
    {
      make: () =>
        new Resizing(4, 4, {
          padToAspectRatio: true,
          fillValue: 0.5,
          interpolation: 'nearest',
          dataFormat: 'channelsFirst',
        }),
      config: {
        height: 4,
        width: 4,
        padToAspectRatio: true,
        fillValue: 0.5,
        interpolation: 'nearest',
        dataFormat: 'channelsFirst',
      },
      input: [1, 2, 3, 2],
      output: [1, 2, 4, 4],
    },
  ],
  [
    'CenterCrop',
    { make: () => new CenterCrop(2, 3), config: { height: 2, width: 3 }, input: [1, 5, 4, 2], output: [1, 2, 3, 2] },
  ],
  [
    'CenterCrop of a smaller image',
    { make: () => new CenterCrop(4, 4), config: { height: 4, width: 4 }, input: [1, 3, 6, 1], output: [1, 4, 4, 1] },
  ],
  [
    'Rescaling',
    { make: () => new Rescaling(0.5, -1), config: { scale: 0.5, offset: -1 }, input: [2, 3], output: [2, 3] },
  ],
  [
    'Rescaling per channel',
    {
      make: () => new Rescaling([1, 2, 3], { offset: [0, 0.5, 1] }),
      config: { scale: [1, 2, 3], offset: [0, 0.5, 1] },
      input: [2, 2, 3],
      output: [2, 2, 3],
    },
  ],
];
