// Every augmentation on one photo: node examples/augmentations/main.mjs photo.jpg gallery.png
import process from 'node:process';
import * as nabla from 'nablajs';
import sharp from 'sharp';

const [, , photo, out = 'augmentations.png'] = process.argv;
if (!photo) throw new Error('Name a photo: node examples/augmentations/main.mjs photo.jpg gallery.png');

const SIZE = 160;
const COLUMNS = 7;
const [GAP, LABEL] = [10, 24];

/** Strong settings, so that each effect is plain to see. */
const augmentations = [
  new nabla.RandomFlip('horizontal'),
  new nabla.RandomRotation(0.15),
  new nabla.RandomTranslation(0.3, 0.3),
  new nabla.RandomZoom(0.4),
  new nabla.RandomShear({ xFactor: [0.2, 0.4], yFactor: 0.2 }),
  new nabla.RandomPerspective({ scale: 0.6 }),
  new nabla.RandomCrop(100, 100),
  new nabla.RandomElasticTransform({ scale: [1, 1] }),
  new nabla.RandomErasing(),
  new nabla.RandomBrightness([0.2, 0.4]),
  new nabla.RandomContrast([0.8, 0.8]),
  new nabla.RandomHue([0.5, 1]),
  new nabla.RandomSaturation([0.7, 0.9]),
  new nabla.RandomColorDegeneration([0.6, 0.8]),
  new nabla.RandomColorJitter({
    brightnessFactor: 0.2,
    contrastFactor: 0.3,
    saturationFactor: [0.3, 0.7],
    hueFactor: 0.2,
  }),
  new nabla.RandomGrayscale(1),
  new nabla.RandomInvert([1, 1]),
  new nabla.RandomPosterization(2),
  new nabla.Solarization({ thresholdFactor: [0.5, 0.5] }),
  new nabla.AutoContrast(),
  new nabla.Equalization(),
  new nabla.ContrastLimitedAdaptiveHistogramEqualization(),
  new nabla.RandomSharpness([1, 1]),
  new nabla.RandomGaussianBlur({ kernelSize: 9, sigma: [2, 4] }),
  new nabla.MixUp({ alpha: 2 }),
  new nabla.CutMix({ factor: 2 }),
  new nabla.RandAugment(),
  new nabla.AugMix(),
];

nabla.setSeed(7);
const decoded = sharp(photo).removeAlpha().toColourspace('srgb').resize(SIZE, SIZE, { fit: 'cover' });
const pixels = Float32Array.from(await decoded.raw().toBuffer());
// Mixing wants a second picture: the first one upside down.
const image = nabla.fromData(pixels, [1, SIZE, SIZE, 3]);
const batch = nabla.concat([image, ...Array.from({ length: 3 }, () => image.flip([1]))], 0);

const tiles = [await tile('as it is', image)];
for (const layer of augmentations) {
  const changed = layer.apply(batch, { training: true });
  tiles.push(await tile(layer.type.replace('ContrastLimitedAdaptiveHistogram', 'CLA'), changed));
}
const rows = Math.ceil(tiles.length / COLUMNS);
await sharp({
  create: {
    width: GAP + COLUMNS * (SIZE + GAP),
    height: GAP + rows * (SIZE + LABEL + GAP),
    channels: 3,
    background: 'white',
  },
})
  .composite(tiles.flatMap(placed))
  .png()
  .toFile(out);
console.log(`${augmentations.length} augmentations of ${photo} in ${out}`);

/** The first image of a batch as a picture with its name. */
async function tile(name, images) {
  const [, height, width] = images.shape;
  const values = (await images.data()).subarray(0, height * width * 3);
  const bytes = Uint8ClampedArray.from(values);
  const input = await sharp(bytes, { raw: { width, height, channels: 3 } })
    .resize(SIZE, SIZE)
    .png()
    .toBuffer();
  const text = `<svg width="${SIZE}" height="${LABEL}"><text y="16" font-size="12" font-family="sans-serif">${name}</text></svg>`;
  return { input, label: Buffer.from(text) };
}

function placed({ input, label }, i) {
  const left = GAP + (i % COLUMNS) * (SIZE + GAP);
  const top = GAP + Math.floor(i / COLUMNS) * (SIZE + LABEL + GAP);
  return [
    { input: label, left, top },
    { input, left, top: top + LABEL },
  ];
}
