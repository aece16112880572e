// Packs every publishable package as it would be published.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { publishablePackages } from './workspace.mjs';

const run = promisify(execFile);

/** @typedef {import('./workspace.mjs').Package & { tarball: string }} PackedPackage */

/**
 * Tarballs of all publishable packages, written into a folder.
 * @param {string} folder
 * @returns {Promise<PackedPackage[]>}
 */
export async function packAll(folder) {
  /** @type {PackedPackage[]} */
  const packed = [];
  for (const entry of publishablePackages()) packed.push(await pack(entry, folder));
  return packed;
}

/**
 * The tarball of one package, written into a folder.
 * @param {import('./workspace.mjs').Package} entry
 * @param {string} folder
 * @returns {Promise<PackedPackage>}
 */
export async function pack(entry, folder) {
  const { stdout } = await run('pnpm', ['pack', '--json', '--pack-destination', folder], { cwd: entry.dir });
  return { ...entry, tarball: JSON.parse(stdout).filename };
}

/**
 * Runs a command; resolves to undefined on success and to its output on failure.
 * @param {string} command
 * @param {string[]} args
 * @param {string} cwd
 * @returns {Promise<string | undefined>}
 */
export async function failureOf(command, args, cwd) {
  try {
    await run(command, args, { cwd, maxBuffer: 1 << 26 });
    return undefined;
  } catch (error) {
    const { stdout, stderr, message } = /** @type {{ stdout?: string, stderr?: string, message: string }} */ (error);
    return `${stdout ?? ''}${stderr ?? ''}`.trim() || message;
  }
}
