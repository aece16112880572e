import { cpu } from '@nablajs/backend-cpu';
import { imageToTensor } from '@nablajs/data/web';
import { ConfigError, setBackend } from '@nablajs/tensor';
import { beforeAll, expect, test } from 'vitest';

beforeAll(async () => setBackend(await cpu()));

/** Red, green / blue, white. */
function pixels(): ImageData {
  return new ImageData(Uint8ClampedArray.of(255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255, 255, 255, 255, 255), 2);
}

function canvas(): HTMLCanvasElement {
  const element = document.createElement('canvas');
  element.width = 2;
  element.height = 2;
  element.getContext('2d')!.putImageData(pixels(), 0, 0);
  return element;
}

const COLOURS = [
  [
    [1, 0, 0],
    [0, 1, 0],
  ],
  [
    [0, 0, 1],
    [1, 1, 1],
  ],
];

test('pixels, a canvas, a bitmap and a picture give the same colours', async () => {
  const picture = new Image();
  picture.src = canvas().toDataURL();
  await picture.decode();
  for (const source of [pixels(), canvas(), await createImageBitmap(canvas()), picture]) {
    expect(await imageToTensor(source).array()).toEqual(COLOURS);
  }
});

test('a video frame', async () => {
  const frame = new VideoFrame(canvas(), { timestamp: 0 });
  expect(imageToTensor(frame).shape).toEqual([2, 2, 3]);
  frame.close();
});

test('the frame a webcam is at, from an element that plays its stream', async () => {
  const page = canvas();
  const paint = (colour: string): void => {
    const context = page.getContext('2d')!;
    context.fillStyle = colour;
    context.fillRect(0, 0, page.width, page.height);
  };
  page.width = 64;
  page.height = 48;
  paint('rgb(255, 0, 0)');
  const video = document.createElement('video');
  expect(() => imageToTensor(video)).toThrow(/"loadeddata"/);
  video.muted = true;
  video.srcObject = page.captureStream(30);
  // A canvas sends a frame when it is painted.
  const painting = setInterval(() => paint('rgb(255, 0, 0)'), 20);
  try {
    await video.play();
    const frame = imageToTensor(video);
    expect(frame.shape).toEqual([48, 64, 3]);
    const [red, green, blue] = (await frame.mean([0, 1]).data()) as Float32Array;
    // Video codecs keep brightness better than colour.
    expect(red).toBeGreaterThan(0.9);
    expect(green).toBeLessThan(0.15);
    expect(blue).toBeLessThan(0.15);
    expect(imageToTensor(video, { channels: 1, size: [6, 8] }).shape).toEqual([6, 8, 1]);
  } finally {
    clearInterval(painting);
    for (const track of (video.srcObject as MediaStream).getTracks()) track.stop();
  }
});

test('an off-screen canvas, as workers have', async () => {
  const hidden = new OffscreenCanvas(2, 2);
  hidden.getContext('2d')!.putImageData(pixels(), 0, 0);
  expect(await imageToTensor(hidden).array()).toEqual(COLOURS);
});

test('brightness, opacity and scale', async () => {
  const grey = [...(await imageToTensor(pixels(), { channels: 1, scale: 255 }).data())];
  expect(grey.map(Math.round)).toEqual([76, 150, 29, 255]);
  expect([...(await imageToTensor(pixels(), { channels: 4 }).data())].slice(0, 4)).toEqual([1, 0, 0, 1]);
});

test('another size keeps the mean', async () => {
  const small = imageToTensor(pixels(), { size: [1, 1] });
  expect(small.shape).toEqual([1, 1, 3]);
  for (const value of await small.data()) expect(value).toBeCloseTo(0.5, 1);
});

test('a picture that has not arrived is refused with what to wait for', () => {
  expect(() => imageToTensor(new Image())).toThrow(ConfigError);
  expect(() => imageToTensor(new Image())).toThrow(/decode\(\)/);
  expect(() => imageToTensor(canvas(), { size: [0, 4] })).toThrow(/at least 1/);
});
