// `--plugin`: the package of examples/plugin at every command, and what is said of those that are none.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { cornersFolder, nabla, temporaryFolder } from '../session.ts';

const ACME = fileURLToPath(new URL('../../../../examples/plugin/src/index.ts', import.meta.url));

let folder: string;
let data: string;
let model: string;
beforeAll(async () => {
  folder = await temporaryFolder();
  data = await cornersFolder(folder);
  model = join(folder, 'run', 'model.safetensors');
  await writeFile(
    join(folder, 'wave.mjs'),
    `import { LogUniform, RandomFog, Snake } from ${JSON.stringify(ACME)};
export default ({ nabla: { Dense, Flatten, Input, Sequential }, imageShape, classes }) => new Sequential([
  Input({ shape: imageShape }), new RandomFog({ most: 0.1, brightness: 1 }), new Flatten(),
  new Dense(8), new Snake({ frequencyInitializer: new LogUniform({ low: 0.5, high: 2 }) }),
  new Dense(classes, { activation: 'softmax' }),
]);
`,
  );
});
afterEach(() => {
  vi.restoreAllMocks();
});

const train = (...more: string[]) =>
  nabla([
    ...['train', 'mnist', '--data', data, '--batch-size', '16', '--epochs', '3'],
    ...['--out', join(folder, 'run'), ...more],
  ]);

describe('a model with layers of a plugin', () => {
  it('is trained by an optimizer of the plugin, and trained further', async () => {
    const words = ['--plugin', ACME, '--optimizer', 'acme/Signum', '--learning-rate', '0.05'];
    const first = await train(...words, '--model', join(folder, 'wave.mjs'));
    expect([first.code, first.err]).toEqual([0, '']);
    expect(first.out).toContain('acme/Signum, seed 7, cpu backend');
    expect(first.out).toContain('100.00 % right, 0 of 16 wrong');
    const record = JSON.parse(await readFile(join(folder, 'run', 'history.json'), 'utf8'));
    expect(record.optimizer).toMatchObject({ type: 'acme/Signum', config: { momentum: 0.9 } });

    // A saved model goes on with its own optimizer.
    const further = await nabla([
      ...['train', 'mnist', '--data', data, '--epochs', '1', '--plugin', ACME, '--model', model],
      ...['--out', join(folder, 'further'), '--quiet'],
    ]);
    expect([further.code, further.err]).toEqual([0, '']);
    const { optimizer } = JSON.parse(await readFile(join(folder, 'further', 'history.json'), 'utf8'));
    expect(optimizer.type).toBe('acme/Signum');
  });

  it('is tested, used, listed and exported, on the backend of the plugin', async () => {
    const evaluated = await nabla([
      ...['evaluate', model, 'mnist', '--data', data, '--plugin', ACME, '--backend', 'acme', '--quiet'],
    ]);
    expect([evaluated.err, evaluated.out]).toEqual(['', expect.stringContaining('100.00 % right')]);
    const predicted = await nabla([
      ...['predict', model, `${join(data, 't10k-images-idx3-ubyte')}#1`, '--plugin', ACME, '--backend', 'acme'],
    ]);
    expect([predicted.err, predicted.out]).toEqual(['', expect.stringMatching(/^1 .* \d+\.\d %$/m)]);
    expect((await nabla(['summary', model, '--plugin', ACME])).out).toContain('Snake');
    const exported = await nabla(['export', model, '-o', join(folder, 'wave.onnx'), '--plugin', ACME]);
    expect([exported.code, exported.err]).toEqual([0, '']);
    // What Nabla exports, it reads: the op of the plugin became parts that every program knows.
    const imported = await nabla(['import', join(folder, 'wave.onnx'), '-o', join(folder, 'back.safetensors')]);
    expect([imported.code, imported.err]).toEqual([0, '']);
    expect(
      (await nabla(['evaluate', join(folder, 'back.safetensors'), 'mnist', '--data', data, '--quiet'])).out,
    ).toContain('100.00 % right');
  });

  it('asks for its plugin by name', async () => {
    for (const words of [
      ['summary', model],
      ['export', model],
      ['evaluate', model, 'mnist', '--data', data],
    ]) {
      const { code, err } = await nabla(words);
      expect([words[0], code, err]).toEqual([
        words[0],
        1,
        'ConfigError in "sequential" (Sequential): layer type \'acme/RandomFog\' is unknown. ' +
          'It belongs to a plugin: add --plugin acme.\n',
      ]);
    }
    expect(await train('--optimizer', 'acme/Signum')).toMatchObject({
      code: 2,
      err: expect.stringContaining('--optimizer acme/Signum belongs to a plugin: add --plugin acme.'),
    });
  });

  it('offers what it brings, and finds the nearest', async () => {
    expect((await train('--plugin', ACME, '--optimizer', 'acme/Sigmun')).err).toContain('Did you mean acme/Signum?');
    const choice = await nabla(['train', 'mnist', '--plugin', ACME, '--backend', 'acne']);
    expect(choice.err).toContain('reference, acme, got "acne". Did you mean acme?');
  });
});

describe('a package', () => {
  const install = async (name: string, manifest: object, files: Readonly<Record<string, string>>): Promise<void> => {
    const at = join(folder, 'node_modules', name);
    await mkdir(at, { recursive: true });
    await writeFile(join(at, 'package.json'), JSON.stringify(manifest));
    for (const [file, text] of Object.entries(files)) await writeFile(join(at, file), text);
    vi.spyOn(process, 'cwd').mockReturnValue(join(folder, 'run'));
  };
  const asleep = (name: string): string =>
    `{ name: '${name}', backends: { '${name}': () => { throw new Error('asleep'); } } }`;
  const found = async (...plugins: string[]): Promise<readonly string[]> => {
    const { out, err } = await nabla(['backends', '--json', ...plugins.flatMap((name) => ['--plugin', name])]);
    expect(err).toBe('');
    const { backends } = JSON.parse(out) as { backends: { name: string; available: boolean; details: string }[] };
    return backends.filter(({ details }) => details === 'asleep').map(({ name }) => name);
  };

  it('is found from the working folder upwards, several by commas or repeated', async () => {
    await install('drowsy', { main: 'main.mjs' }, { 'main.mjs': `export const plugin = ${asleep('drowsy')};` });
    await install(
      '@bed/tired',
      { exports: { '.': { types: './none.d.ts', import: './tired.mjs' }, './more': './more.mjs' } },
      { 'tired.mjs': `export default ${asleep('tired')};`, 'more.mjs': `export default ${asleep('more')};` },
    );
    expect(await found('drowsy, @bed/tired')).toEqual(['drowsy', 'tired']);
    expect(await found('@bed/tired/more', 'drowsy', 'drowsy')).toEqual(['more', 'drowsy']);
    expect(await found(join(folder, 'node_modules/drowsy'))).toEqual(['drowsy']);
  });

  it('that cannot be loaded says why', async () => {
    await install('unbuilt', { exports: { default: './dist/index.js' } }, {});
    await install('closed', { exports: { './inner': './inner.mjs' } }, {});
    const failure = async (plugin: string): Promise<string> => {
      const { code, out, err } = await nabla(['summary', 'cnn', '--plugin', plugin]);
      expect([plugin, code, out, err.trim().split('\n').length]).toEqual([plugin, 1, '', 1]);
      return err.trim();
    };
    const module = async (name: string, text: string): Promise<string> => {
      await writeFile(join(folder, name), text);
      return (await failure(join(folder, name))).replaceAll(folder, '');
    };
    const messages = [
      await failure('acme'),
      await failure('@acme/nabla/extras'),
      await failure('./nowhere.mjs'),
      await failure('unbuilt'),
      await failure('closed'),
      await module('empty.mjs', ''),
      await module(
        'other.mjs',
        'export class Snake {}\nexport default () => 1;\nexport const plugin = { layers: [] };',
      ),
      await module('throws.mjs', 'throw new Error("no luck");'),
      await module('list.mjs', "export const plugin = { name: 'acme', layers: {} };"),
      await module('typeless.mjs', "export const plugin = { name: 'acme', losses: [class {}] };"),
      await module(
        'copy.mjs',
        "export const plugin = { name: 'acme', layers: [class { static type = 'acme/Snake' }] };",
      ),
      await module('ops.mjs', "export const plugin = { name: 'acme', ops: [1] };"),
      await module('backends.mjs', "export const plugin = { name: 'acme', backends: [1] };"),
    ];
    const taken = "export const plugin = { name: 'acme', backends: { cpu: () => 1 } };";
    await writeFile(join(folder, 'taken.mjs'), taken);
    messages.push((await nabla(['backends', '--plugin', join(folder, 'taken.mjs')])).err.trim());
    expect(messages.join('\n')).toMatchInlineSnapshot(`
      "ConfigError: the plugin acme is not installed. Install it beside the command, in the same way as the command (-g or not): \`npm install acme\`. A file or a folder is written as a path: --plugin ./acme.
      ConfigError: the plugin @acme/nabla is not installed. Install it beside the command, in the same way as the command (-g or not): \`npm install @acme/nabla\`. A file or a folder is written as a path: --plugin ./@acme/nabla/extras.
      ConfigError: --plugin ./nowhere.mjs: there is no such file or folder.
      ConfigError: --plugin unbuilt: the package has no ./dist/index.js, which its package.json names. Build it first, with npm run build.
      ConfigError: --plugin closed: the package exports no main module.
      ConfigError: --plugin /empty.mjs: the module exports no plugin. It exports nothing. A plugin is the default export, or that named plugin: export const plugin = { name: 'acme', layers: [...] }.
      ConfigError: --plugin /other.mjs: the module exports no plugin. It exports Snake (a class), default (a function), plugin (an object with layers, but no name). A plugin is the default export, or that named plugin: export const plugin = { name: 'acme', layers: [...] }.
      ConfigError: --plugin /throws.mjs: the module fails with Error: no luck
      ConfigError: --plugin /list.mjs: the plugin 'acme' cannot be used: layers must be a list of classes.
      ConfigError: --plugin /typeless.mjs: the plugin 'acme' cannot be used: losses[0] is no class with a static type, such as 'acme/Name'.
      ConfigError: --plugin /copy.mjs: the plugin 'acme' cannot be used: acme/Snake, one of its layers, does not extend the Layer of this command. Install the plugin where the command is (npm install @nablajs/cli, then the plugin), with nablajs as a peer dependency of it: two copies of Nabla do not share classes.
      ConfigError: --plugin /ops.mjs: the plugin 'acme' cannot be used: ops must be a list of ops, from defineOp.
      ConfigError: --plugin /backends.mjs: the plugin 'acme' cannot be used: backends must be an object of functions that start them: { acme: () => acme() }.
      ConfigError: the plugin 'acme' brings a backend 'cpu', but there is one of that name already."
    `);
  });
});
