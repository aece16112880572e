// The demo page as a visitor meets it: with a mouse, with a keyboard, on a desk and on a phone.
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { modelFromBytes } from 'nablajs';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser, serveSite } from './site.ts';

const PICTURES = fileURLToPath(new URL('../screenshots/', import.meta.url));
const DESK = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844 };

let browser: Browser;
let site: Awaited<ReturnType<typeof serveSite>>;

beforeAll(async () => {
  mkdirSync(PICTURES, { recursive: true });
  [browser, site] = await Promise.all([launchBrowser(), serveSite()]);
});

afterAll(async () => {
  await browser?.close();
  site?.close();
});

interface Visit {
  readonly page: Page;
  /** What went wrong in the page, as its console and network say. */
  readonly faults: string[];
}

async function visit(path: string, viewport: { width: number; height: number }, dark = false): Promise<Visit> {
  const context = await browser.newContext({ viewport, colorScheme: dark ? 'dark' : 'light', acceptDownloads: true });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  page.on('response', (response) => response.status() >= 400 && faults.push(`${response.status()} ${response.url()}`));
  await page.goto(site.address + path);
  return { page, faults };
}

async function picture(page: Page, name: string): Promise<void> {
  await page.evaluate(() => window.scrollTo(0, 0));
  await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true });
}

/** Draws strokes given in fractions of the drawing area. */
async function draw(page: Page, strokes: readonly (readonly (readonly [number, number])[])[]): Promise<void> {
  const pad = page.getByRole('img', { name: 'Drawing area' });
  await pad.scrollIntoViewIfNeeded();
  const { x, y, width, height } = (await pad.boundingBox())!;
  for (const [[startX, startY], ...rest] of strokes as [[number, number], ...[number, number][]][]) {
    await page.mouse.move(x + startX * width, y + startY * height);
    await page.mouse.down();
    for (const [px, py] of rest) await page.mouse.move(x + px * width, y + py * height, { steps: 6 });
    await page.mouse.up();
  }
}

const digit = (page: Page): Promise<string | null> => page.getByTestId('prediction').getAttribute('data-digit');

const ONE = [
  [
    [0.5, 0.2],
    [0.5, 0.8],
  ],
] as const;
const SEVEN = [
  [
    [0.28, 0.25],
    [0.72, 0.25],
    [0.45, 0.8],
  ],
] as const;
const ZERO = [
  Array.from({ length: 25 }, (_, i) => [0.5 + 0.2 * Math.sin(i / 3.9), 0.5 - 0.3 * Math.cos(i / 3.9)] as const),
];

describe('on a desk', () => {
  test('what one draws is recognised, and the bars add up', async () => {
    const { page, faults } = await visit('/demo', DESK);
    // A test image is shown to begin with.
    await expect.poll(() => digit(page), { timeout: 30_000 }).toBe('3');
    await picture(page, 'desk-opened');
    for (const [strokes, expected] of [
      [ONE, '1'],
      [SEVEN, '7'],
      [ZERO, '0'],
    ] as const) {
      await page.getByRole('button', { name: 'Clear' }).click();
      expect(await digit(page)).toBe('');
      await draw(page, strokes);
      await expect.poll(() => digit(page)).toBe(expected);
    }
    const meters = await page.getByRole('meter').all();
    const shares = await Promise.all(meters.map(async (meter) => Number(await meter.getAttribute('aria-valuenow'))));
    expect(shares).toHaveLength(10);
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(100, 0);
    await picture(page, 'desk-drawn');
    expect(faults).toEqual([]);
  });

  test('everything can be done with the keyboard alone', async () => {
    const { page, faults } = await visit('/demo', DESK);
    await expect.poll(() => digit(page), { timeout: 30_000 }).toBe('3');
    await page.getByRole('img', { name: 'Drawing area' }).focus();
    for (const key of ['0', '1', '7']) {
      await page.keyboard.press(key);
      await expect.poll(() => digit(page)).toBe(key);
    }
    await page.keyboard.press('Delete');
    await expect.poll(() => digit(page)).toBe('');
    await page.getByRole('button', { name: 'Show a test image of 4' }).press('Enter');
    await expect.poll(() => digit(page)).toBe('4');
    await page.getByLabel('Seed').press('Enter');
    await expect.poll(() => page.getByTestId('train').textContent(), { timeout: 30_000 }).toContain('Stop');
    await page.getByTestId('train').press('Space');
    await expect.poll(() => page.getByTestId('status').textContent(), { timeout: 30_000 }).toContain('Stopped');
    expect(faults).toEqual([]);
  });

  test('training lowers the loss, draws its curve, can be stopped, and its network opens in Node', async () => {
    const { page, faults } = await visit('/demo', DESK);
    await expect.poll(() => digit(page), { timeout: 30_000 }).toBe('3');
    const points = async (): Promise<number> => Number(await page.getByTestId('chart').getAttribute('data-points'));
    await page.getByTestId('train').click();
    await expect.poll(points, { timeout: 60_000 }).toBeGreaterThan(20);
    const path = (await page.getByTestId('raw').getAttribute('d'))!;
    const heights = [...path.matchAll(/[ML][\d.]+ ([\d.]+)/g)].map(([, y]) => Number(y));
    // The curve is drawn from the top down: larger is lower.
    expect(heights.length).toBeGreaterThan(20);
    expect(mean(heights.slice(-5))).toBeGreaterThan(mean(heights.slice(0, 5)));
    await picture(page, 'desk-training');

    await page.getByRole('button', { name: 'Stop' }).click();
    await expect.poll(() => page.getByTestId('status').textContent()).toContain('Stopped');
    // The digit 3 in the drawing area is judged by the new network.
    await expect(page.getByRole('radio', { name: 'trained below' }).isChecked()).resolves.toBe(true);

    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download the model' }).click(),
    ]);
    const model = modelFromBytes(readFileSync(await download.path()));
    expect(model.countParams()).toBe(20_490);
    expect(faults).toEqual([]);
  });

  test('the GPU of the page trains as well, when it is chosen, and the loss goes down there too', async () => {
    const { page, faults } = await visit('/demo', DESK);
    await expect.poll(() => digit(page), { timeout: 30_000 }).toBe('3');
    const engine = page.getByLabel('Engine');
    expect(await engine.locator('option').allTextContents()).toEqual([
      'CPU (WebAssembly)',
      'GPU (WebGL 2)',
      'GPU (WebGPU)',
    ]);
    await engine.selectOption('webgl');
    await page.getByTestId('train').click();
    const points = async (): Promise<number> => Number(await page.getByTestId('chart').getAttribute('data-points'));
    await expect.poll(points, { timeout: 120_000 }).toBeGreaterThan(20);
    const path = (await page.getByTestId('raw').getAttribute('d'))!;
    const heights = [...path.matchAll(/[ML][\d.]+ ([\d.]+)/g)].map(([, y]) => Number(y));
    expect(mean(heights.slice(-5))).toBeGreaterThan(mean(heights.slice(0, 5)));
    // The network that learns on the GPU is asked there, too.
    await expect.poll(() => digit(page), { timeout: 30_000 }).toMatch(/^\d$/);
    await picture(page, 'desk-webgl');
    await page.getByRole('button', { name: 'Stop' }).click();
    await expect.poll(() => page.getByTestId('status').textContent(), { timeout: 30_000 }).toContain('Stopped');
    expect(faults).toEqual([]);
  });

  test('a whole epoch ends with the share of test images it got right', async () => {
    const { page, faults } = await visit('/demo', DESK, true);
    await page.getByLabel('Epochs').selectOption('1');
    await page.getByTestId('train').click();
    await expect.poll(() => page.getByTestId('status').textContent(), { timeout: 120_000 }).toContain('Done: 94 steps');
    const share = Number.parseFloat((await page.getByTestId('test-accuracy').textContent())!);
    expect(share).toBeGreaterThan(70);
    await picture(page, 'desk-done-dark');
    expect(faults).toEqual([]);
  });
});

describe('when something is missing', () => {
  test('the page says what, and offers nothing that cannot work', async () => {
    const context = await browser.newContext({ viewport: DESK });
    await context.route('**/digits.safetensors', (route) => route.fulfill({ status: 404 }));
    const page = await context.newPage();
    await page.goto(`${site.address}/demo`);
    const alert = page.getByRole('alert');
    await alert.waitFor({ timeout: 30_000 });
    expect(await alert.textContent()).toMatch(/digits\.safetensors: the server answered 404/);
    expect(await page.getByTestId('train').isDisabled()).toBe(true);
    expect(await page.getByTestId('prediction').textContent()).toContain('The network did not load');
    // What was missing has come back.
    await context.unroute('**/digits.safetensors');
    await page.getByRole('button', { name: 'Try again' }).click();
    await expect.poll(() => digit(page), { timeout: 30_000 }).toBe('3');
    expect(await alert.count()).toBe(0);
  });
});

describe('where there is no WebGL', () => {
  test('the page says so, and takes the CPU when the visitor says so', async () => {
    const context = await browser.newContext({ viewport: PHONE });
    // The worker of a browser without hardware acceleration: canvases give no context.
    await context.route('**/worker-*.js', async (route) => {
      const response = await route.fetch();
      const body = `OffscreenCanvas.prototype.getContext = () => null;${await response.text()}`;
      await route.fulfill({ response, body });
    });
    const page = await context.newPage();
    await page.goto(`${site.address}/demo`);
    await expect.poll(() => digit(page), { timeout: 30_000 }).toBe('3');
    await page.getByLabel('Engine').selectOption('webgl');
    await page.getByTestId('train').click();
    const alert = page.getByRole('alert');
    await alert.waitFor({ timeout: 30_000 });
    expect(await alert.textContent()).toMatch(/no WebGL 2 here/);
    expect(await page.getByTestId('status').textContent()).toBe('Not trained.');
    await picture(page, 'phone-no-webgl');
    // What was there goes on, and nothing was chosen for the visitor.
    expect(await digit(page)).toBe('3');
    await page.getByRole('button', { name: 'Use CPU (WebAssembly) instead' }).click();
    await expect
      .poll(async () => Number(await page.getByTestId('chart').getAttribute('data-points')), { timeout: 60_000 })
      .toBeGreaterThan(5);
    expect(await page.getByLabel('Engine').inputValue()).toBe('cpu');
    expect(await alert.count()).toBe(0);
  });
});

describe('on a phone', () => {
  test('nothing is wider than the screen; fingers draw, and the network trains', async () => {
    const { page, faults } = await visit('/demo', PHONE);
    await expect.poll(() => digit(page), { timeout: 30_000 }).toBe('3');
    await page.getByRole('button', { name: 'Clear' }).click();
    await draw(page, SEVEN);
    await expect.poll(() => digit(page)).toBe('7');
    await page.getByTestId('train').click();
    const chart = page.getByTestId('chart');
    await expect
      .poll(async () => Number(await chart.getAttribute('data-points')), { timeout: 60_000 })
      .toBeGreaterThan(20);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(PHONE.width);
    await picture(page, 'phone-training');
    await page.screenshot({ path: join(PICTURES, 'phone-first-screen.png') });
    await page.getByTestId('train').click();
    expect(faults).toEqual([]);
  });
});

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
