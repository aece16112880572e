// A new package from a template: its files with another name in them.
import { access, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '@nablajs/tensor';
import { writeFiles } from '../output/folder.ts';
import { TEMPLATES } from '../templates.ts';
import { VERSION } from '../version.ts';

/** What the template is called, wherever its name stands. */
const PLACEHOLDER = /my-plugin/g;
/** The version it asks for of each of our packages. */
const RELEASE = /"\^0\.0\.0"/g;

/** Files that mean something to npm under their own names, also inside of this package. */
const RENAMED: Readonly<Record<string, string>> = { gitignore: '.gitignore', 'manifest.json': 'package.json' };

/** The files of a template by their path, named after the package they are for. */
export async function scaffold(template: string, name: string): Promise<Readonly<Record<string, string>>> {
  const root = new URL(`${template}/`, TEMPLATES);
  const files: Record<string, string> = {};
  for (const path of await filesIn(root)) {
    const text = await readFile(new URL(path, root), 'utf8');
    files[RENAMED[path] ?? path] = text.replace(PLACEHOLDER, name).replace(RELEASE, `"^${VERSION}"`);
  }
  return files;
}

/**
 * Writes files into a folder that has none of them.
 * @throws ConfigError naming those that are there already; then nothing is written
 */
export async function writeNew(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  const taken: string[] = [];
  for (const path of Object.keys(files)) if (await exists(join(folder, path))) taken.push(path);
  if (taken.length > 0) {
    throw new ConfigError(
      `${folder} has ${taken.join(', ')} already; nothing was written. Choose another folder with --out.`,
    );
  }
  await writeFiles(folder, files);
}

async function filesIn(root: URL, below = ''): Promise<string[]> {
  const entries = await readdir(new URL(below, root), { withFileTypes: true });
  const nested = entries.map((entry) =>
    entry.isDirectory() ? filesIn(root, `${below}${entry.name}/`) : [`${below}${entry.name}`],
  );
  return (await Promise.all(nested)).flat().sort();
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
