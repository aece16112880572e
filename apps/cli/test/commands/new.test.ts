// `nabla new`: what it writes passes its own tests as it stands, and nothing of anybody's is written over.
import { execFile } from 'node:child_process';
import { access, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { VERSION } from '../../src/version.ts';
import { nabla, temporaryFolder } from '../session.ts';

const MODULES = fileURLToPath(new URL('../../../../node_modules', import.meta.url));
const CONFIG = fileURLToPath(new URL('./source.config.ts', import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await temporaryFolder();
});

describe('nabla new plugin', () => {
  it('writes a package that passes its own tests', async () => {
    const out = join(folder, 'layers');
    const { code, err, out: text } = await nabla(['new', 'plugin', '@acme/layers', '--out', out]);
    expect([code, err]).toEqual([0, '']);
    expect(text).toContain(`Next: cd ${out} && npm install && npm test`);
    expect((await readdir(out)).sort()).toEqual([
      ...['.gitignore', 'README.md', 'package.json', 'src', 'test', 'tsconfig.json'],
    ]);
    const manifest = JSON.parse(await readFile(join(out, 'package.json'), 'utf8'));
    expect(manifest.name).toBe('@acme/layers');
    expect(manifest.peerDependencies).toEqual({ nablajs: `^${VERSION}` });
    const source = await readFile(join(out, 'src', 'soft-clip.ts'), 'utf8');
    expect(source).toContain("type: string = '@acme/layers/SoftClip'");
    expect(source).not.toContain('my-plugin');

    await symlink(MODULES, join(out, 'node_modules'));
    const vitest = join(MODULES, 'vitest', 'vitest.mjs');
    const run = await promisify(execFile)(
      process.execPath,
      [vitest, 'run', '--root', out, '--config', CONFIG, '--reporter', 'json'],
      { cwd: out, env: { ...process.env, VITEST: undefined, NODE_OPTIONS: '' } },
    );
    const report = JSON.parse(run.stdout);
    expect([report.success, report.numFailedTests]).toEqual([true, 0]);
    // Of the op on two backends, of the layer, and three by hand.
    expect(report.numPassedTests).toBeGreaterThan(50);
  });

  it('writes over nothing', async () => {
    const out = join(folder, 'taken');
    await mkdir(join(out, 'src'), { recursive: true });
    await writeFile(join(out, 'README.md'), 'mine');
    await writeFile(join(out, 'src', 'index.ts'), 'mine');
    await writeFile(join(out, 'notes.txt'), 'mine');
    const { code, err } = await nabla(['new', 'plugin', 'acme', '-o', out]);
    expect([code, err]).toEqual([
      1,
      `ConfigError: ${out} has README.md, src/index.ts already; nothing was written. Choose another folder with --out.\n`,
    ]);
    expect(await readFile(join(out, 'README.md'), 'utf8')).toBe('mine');
    await expect(access(join(out, 'package.json'))).rejects.toThrow('ENOENT');
  });

  it('begins beside other files, and in the folder of its name', async () => {
    const out = join(folder, 'beside');
    await mkdir(out);
    await writeFile(join(out, 'LICENSE'), 'mine');
    const { out: text } = await nabla(['new', 'plugin', 'acme', '--json', '-o', out]);
    expect(JSON.parse(text)).toMatchObject({ event: 'created', kind: 'plugin', name: 'acme', out });
    expect(await readdir(out)).toContain('LICENSE');
  });

  it('knows what can be begun, and how packages are called', async () => {
    const wrong = async (...words: string[]): Promise<string> => {
      const { code, out, err } = await nabla(['new', ...words]);
      expect([code, out]).toEqual([2, '']);
      return err.trim();
    };
    expect([
      await wrong('plugn', 'acme'),
      await wrong('castle', 'acme'),
      await wrong('plugin'),
      await wrong('plugin', 'My Plugin'),
      await wrong('plugin', '../acme'),
    ]).toEqual([
      'nabla new: There is no new "plugn". Did you mean plugin? See nabla new --help.',
      'nabla new: There is no new "castle". What can be begun: plugin. See nabla new --help.',
      'nabla new: <name> is missing. See nabla new --help.',
      expect.stringContaining('"My Plugin" is no name of an npm package. Use lower-case letters, digits and dashes'),
      expect.stringContaining('"../acme" is no name of an npm package.'),
    ]);
  });
});
