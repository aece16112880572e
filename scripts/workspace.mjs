// The packages of this workspace, as every check sees them.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {object} Manifest
 * @property {string} name
 * @property {boolean} [private]
 * @property {Record<string, { default: string }>} [exports]
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [peerDependencies]
 * @property {Record<string, string>} [optionalDependencies]
 * @property {Record<string, string>} [devDependencies]
 */

/** @typedef {{ id: string, dir: string, manifest: Manifest }} Package  `id` is the folder, such as `packages/tensor` */

/** The root folder of the workspace. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/**
 * All workspace packages under a root, in folder order.
 * @param {string} [root]
 * @returns {Package[]}
 */
export function workspacePackages(root = ROOT) {
  return ['packages', 'apps', 'examples'].flatMap((group) => {
    if (!existsSync(join(root, group))) return [];
    return readdirSync(join(root, group))
      .sort()
      .map((name) => ({ id: `${group}/${name}`, dir: join(root, group, name) }))
      .filter(({ dir }) => existsSync(join(dir, 'package.json')))
      .map((entry) => ({ ...entry, manifest: JSON.parse(readFileSync(join(entry.dir, 'package.json'), 'utf8')) }));
  });
}

/** The packages that go to the registry. @returns {Package[]} */
export function publishablePackages() {
  return workspacePackages().filter(({ manifest }) => !manifest.private);
}
