// Every augmentation on one photo: node examples/augmentations/main.mjs photo.jpg gallery.png [pixels of a tile]
import process from 'node:process';
import * as nabla from 'nablajs';
import sharp from 'sharp';

const [, , photo, out = 'augmentations.png', side = '160'] = process.argv;
if (!photo) throw new Error('Name a photo: node examples/augmentations/main.mjs photo.jpg gallery.png');

const SIZE = Number(side);
const PIECE = Math.round(0.65 * SIZE);
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
  new nabla.RandomCrop(PIECE, PIECE),
  new nabla.RandomIoUCrop({ minOverlaps: [0.3] }),
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
  new nabla.RandomChannelPermutation(),
  new nabla.RandomPosterization(2),
  new nabla.Solarization({ thresholdFactor: [0.5, 0.5] }),
  new nabla.AutoContrast(),
  new nabla.Equalization(),
  new nabla.ContrastLimitedAdaptiveHistogramEqualization(),
  new nabla.RandomSharpness([1, 1]),
  new nabla.RandomGaussianBlur({ kernelSize: 9, sigma: [2, 4] }),
  new nabla.JPEG(5),
  new nabla.MixUp({ alpha: 2 }),
  new nabla.CutMix({ factor: 2 }),
  new nabla.RandAugment(),
  new nabla.AugMix(),
  new nabla.AutoAugment('imagenet'),
  new nabla.TrivialAugmentWide(),
  new nabla.RandomOrder([new nabla.RandomErasing(), new nabla.RandomRotation([0.1, 0.1])]),
  new nabla.FiveCrop(PIECE, PIECE),
  new nabla.TenCrop(PIECE, PIECE),
  new nabla.RandomWidth([0.4, 0.6]),
  new nabla.RandomHeight([0.4, 0.6]),
];

nabla.setSeed(7);
const decoded = sharp(photo).removeAlpha().toColourspace('srgb').resize(SIZE, SIZE, { fit: 'cover' });
const pixels = Float32Array.from(await decoded.raw().toBuffer());
// Mixing wants another picture: the first one upside down.
const image = nabla.fromData(pixels, [1, SIZE, SIZE, 3]);
const batch = nabla.concat([image, image, image, image.flip([1])], 0);
const boxes = nabla
  .tensor([[[0.31, 0.16, 0.69, 0.59]]])
  .mul(SIZE)
  .broadcastTo([4, 1, 4]);

const tiles = [await tile('as it is', image)];
for (const layer of augmentations) {
  // Pieces around objects want a box: the face of a cat, or whatever is in the middle.
  const isAroundBoxes = layer instanceof nabla.RandomIoUCrop;
  const changed = isAroundBoxes
    ? layer.augment({ images: batch, boxes }).images
    : layer.apply(batch, { training: true });
  tiles.push(await tile(layer.type.replace('ContrastLimitedAdaptiveHistogram', 'CLA'), flat(changed)));
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

/** Images of several pieces, `[batch, pieces, height, width, channels]`, with the pieces in rows, on white. */
function flat(images) {
  if (images.rank === 4) return images;
  const [batch, pieces, height, width, channels] = images.shape;
  const columns = Math.ceil(Math.sqrt(pieces));
  const rows = Math.ceil(pieces / columns);
  return images
    .pad([[0, 0], [0, rows * columns - pieces], [0, GAP], [0, GAP], [0, 0]], 255) // biome-ignore format: axis by axis
    .reshape([batch, rows, columns, height + GAP, width + GAP, channels])
    .transpose([0, 1, 3, 2, 4, 5])
    .reshape([batch, rows * (height + GAP), columns * (width + GAP), channels]);
}

/** The image that changed most, of those that were the photo, as a picture with its name. */
async function tile(name, images) {
  const [count, height, width] = images.shape;
  const values = await images.data();
  const size = height * width * 3;
  const all = Array.from({ length: Math.min(count, 3) }, (_, i) => values.subarray(i * size, (i + 1) * size));
  const change = (found) => found.reduce((sum, value, i) => sum + Math.abs(value - (pixels[i] ?? 0)), 0);
  const most = all.reduce((best, found) => (change(found) > change(best) ? found : best));
  const input = await sharp(Uint8ClampedArray.from(most), { raw: { width, height, channels: 3 } })
    .resize(SIZE, SIZE, { fit: 'contain', background: 'white' })
    .png()
    .toBuffer();
  const text = `<svg width="${SIZE}" height="${LABEL}"><text y="16" font-size="11" font-family="sans-serif">${name}</text></svg>`;
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
