import { tfjs } from '@nablajs/backend-tfjs';
import { BackendUnavailableError, compile, fromData, full, NablaError, setBackend, type Tensor } from '@nablajs/tensor';
import { expect, test, vi } from 'vitest';

const matrix = (): Tensor => fromData(new Float32Array(4096).fill(0.5), [64, 64]);

test('the page is isolated, so that shared memory exists', () => {
  expect(crossOriginIsolated).toBe(true);
});

test('an elementwise chain is one call, and a product takes its bias and rectifier along', async () => {
  const backend = await tfjs({ engine: 'webgl' });
  const f = compile((x: Tensor, b: Tensor) => x.matmul(x).add(b).relu().mul(2).tanh().add(x).sum(), {
    backend,
    name: 'f',
  });
  await f.prepare(matrix(), fromData(new Float32Array(64)));
  expect(f.explain()).toContain('3 calls for');
  expect(f.explain()).toContain('matmul+add+relu');
  await backend.dispose();
});

test('equal steps share one program, within a graph and between graphs', async () => {
  const linked = vi.spyOn(WebGL2RenderingContext.prototype, 'linkProgram');
  const backend = await tfjs({ engine: 'webgl' });
  const steps = (count: number) =>
    compile(
      (x: Tensor) =>
        Array.from({ length: count })
          .reduce<Tensor>((y) => y.matmul(y).add(0.25).tanh(), x)
          .sum(),
      {
        backend,
        name: `steps${count}`,
      },
    );
  await (await steps(2)(matrix())).item();
  const first = linked.mock.calls.length;
  expect(first).toBeGreaterThan(1);
  const four = steps(4);
  await (await four(matrix())).item();
  expect(linked.mock.calls.length).toBe(first);
  linked.mockRestore();
  await backend.dispose();
});

test('what is disposed is gone from the engine', async () => {
  const backend = await tfjs({ engine: 'webgl' });
  const before = backend.memory().values;
  const step = compile((x: Tensor) => x.matmul(x).mean(), { backend, name: 'mean' });
  expect(await (await step(matrix())).item()).toBeCloseTo(16, 4);
  step.dispose();
  await backend.dispose();
  expect(backend.memory().values).toBe(before);
});

test('more than a texture holds is out of memory, in words, and the backend goes on', async () => {
  const backend = await tfjs({ engine: 'webgl' });
  const huge = compile((x: Tensor) => x.broadcastTo([20_000, 20_000]).mul(2).sum(), { backend, name: 'huge' });
  await expect(huge(full([1, 20_000], 1))).rejects.toThrow(/out of memory: .*20000, 20000.*smaller batches/s);
  await expect(huge(full([1, 20_000], 1))).rejects.toThrow(NablaError);
  setBackend(backend);
  expect(await matrix().sum().item()).toBe(2048);
  await backend.dispose();
});

test('a lost context rejects what waits for it, says so afterwards, and a new backend works', async () => {
  const backend = await tfjs({ engine: 'webgl' });
  const step = compile((x: Tensor) => x.matmul(x).matmul(x).sum(), { backend, name: 'step' });
  await (await step(matrix())).item();

  const result = await step(matrix());
  const reading = result.item();
  // The context the engine renders with is the last one that was made.
  contexts.at(-1)!.getExtension('WEBGL_lose_context')!.loseContext();
  await expect(reading).rejects.toThrow(BackendUnavailableError);
  await expect(step(matrix())).rejects.toThrow(/the device was lost.*Start again/);

  const second = await tfjs({ engine: 'webgl' });
  setBackend(second);
  expect(await matrix().matmul(matrix()).sum().item()).toBe(65_536);
  await second.dispose();
});

const contexts: WebGL2RenderingContext[] = [];
const original = OffscreenCanvas.prototype.getContext as (this: OffscreenCanvas, ...args: unknown[]) => unknown;
Object.assign(OffscreenCanvas.prototype, {
  getContext(this: OffscreenCanvas, ...args: unknown[]): unknown {
    const context = original.apply(this, args);
    if (context instanceof WebGL2RenderingContext) contexts.push(context);
    return context;
  },
});
