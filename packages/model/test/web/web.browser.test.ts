import { cpu } from '@nablajs/backend-cpu';
import { Dense } from '@nablajs/layers';
import { modelFromBytes, Sequential } from '@nablajs/model';
import { deleteModel, downloadModel, fetchModel, listModels, restoreModel, storeModel } from '@nablajs/model/web';
import { FormatError, fromData, setBackend, setSeed, type Tensor } from '@nablajs/tensor';
import { beforeAll, expect, test } from 'vitest';

beforeAll(async () => setBackend(await cpu()));

async function trained(): Promise<{ model: Sequential; x: Tensor; y: number[] }> {
  setSeed(3);
  const x = fromData(Float32Array.of(0, 1, 1, 0, 1, 1), [3, 2]);
  const model = new Sequential([new Dense(4, { activation: 'tanh' }), new Dense(1)], { name: 'tiny' });
  model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
  await model.fit(x, fromData(Float32Array.of(1, 1, 0), [3, 1]), { epochs: 2, verbose: 0 });
  return { model, x, y: [...(await (await model.predict(x)).data())] };
}

test.each(['indexedDB', 'opfs'] as const)(
  'a model kept in %s comes back the same, until it is deleted',
  async (place) => {
    const { model, x, y } = await trained();
    const here = { in: place };
    await storeModel(model, 'first', here);
    await storeModel(model, 'ratio 3/4 ü', here);
    expect(await listModels(here)).toEqual(['first', 'ratio 3/4 ü']);
    const restored = await restoreModel('first', here);
    expect([...(await (await restored.predict(x)).data())]).toEqual(y);
    await deleteModel('first', here);
    await deleteModel('first', here);
    await expect(restoreModel('first', here)).rejects.toThrow(FormatError);
    await expect(restoreModel('first', here)).rejects.toThrow(/no model 'first'.*There are: ratio 3\/4 ü/);
    await deleteModel('ratio 3/4 ü', here);
    expect(await listModels(here)).toEqual([]);
  },
);

test('each store knows its own models, and IndexedDB is the one meant unless said otherwise', async () => {
  const { model } = await trained();
  await storeModel(model, 'here');
  expect(await listModels({ in: 'indexedDB' })).toEqual(['here']);
  expect(await listModels({ in: 'opfs' })).toEqual([]);
  await deleteModel('here');
  await expect(storeModel(model, 'there', { in: 'cookies' as 'opfs' })).rejects.toThrow(/Use 'indexedDB' or 'opfs'/);
});

test('a file that could not be written to its end leaves what was there before', async () => {
  const { model, x, y } = await trained();
  const here = { in: 'opfs' } as const;
  await storeModel(model, 'kept', here);
  const write = FileSystemWritableFileStream.prototype.write;
  FileSystemWritableFileStream.prototype.write = async function (bytes): Promise<void> {
    await write.call(this, (bytes as Uint8Array<ArrayBuffer>).subarray(0, 100));
    throw new DOMException('no more room', 'QuotaExceededError');
  };
  try {
    await expect(storeModel(model, 'kept', here)).rejects.toThrow(/no room left/);
    await expect(storeModel(model, 'new', here)).rejects.toThrow(FormatError);
  } finally {
    FileSystemWritableFileStream.prototype.write = write;
  }
  expect(await listModels(here)).toEqual(['kept']);
  const restored = await restoreModel('kept', here);
  expect([...(await (await restored.predict(x)).data())]).toEqual(y);
  await deleteModel('kept', here);
});

test('a model is fetched with news of the progress', async () => {
  const { model, x, y } = await trained();
  const bytes = await model.toBytes();
  const url = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>]));
  const news: number[] = [];
  const fetched = await fetchModel(url, { onProgress: (loaded) => news.push(loaded) });
  expect([...(await (await fetched.predict(x)).data())]).toEqual(y);
  expect(news[0]).toBe(0);
  expect(news.at(-1)).toBe(bytes.length);
});

test('what cannot be fetched, or is no model, is said', async () => {
  await expect(fetchModel('/no-such-model.safetensors')).rejects.toThrow(FormatError);
  const signal = AbortSignal.abort(new Error('enough'));
  await expect(fetchModel('/anything', { signal })).rejects.toThrow('enough');
});

test('a download is the file that Node would write', async () => {
  const { model, x, y } = await trained();
  const clicked: HTMLAnchorElement[] = [];
  const click = HTMLAnchorElement.prototype.click;
  HTMLAnchorElement.prototype.click = function (): void {
    clicked.push(this);
  };
  await downloadModel(model);
  HTMLAnchorElement.prototype.click = click;
  const [link] = clicked;
  expect(link!.download).toBe('tiny.safetensors');
  const downloaded = modelFromBytes(new Uint8Array(await (await fetch(link!.href)).arrayBuffer()));
  expect([...(await (await downloaded.predict(x)).data())]).toEqual(y);
});
