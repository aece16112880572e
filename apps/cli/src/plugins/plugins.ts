// The plugins of `--plugin`, as values.
import { pathToFileURL } from 'node:url';
import { ConfigError } from '@nablajs/tensor';
import type { Plugin } from 'nablajs';
import type { Options } from '../arguments/options.ts';
import { pluginProblem } from './check.ts';
import { locatePlugin } from './locate.ts';

/**
 * Loads what `--plugin` names, in that order. This runs the code of the packages, as importing them does.
 * @throws ConfigError when one is not installed, fails, or exports no plugin
 */
export async function pluginsOf(options: Options): Promise<readonly Plugin[]> {
  const plugins: Plugin[] = [];
  for (const typed of new Set(options.list('plugin'))) plugins.push(await loadPlugin(typed));
  return plugins;
}

async function loadPlugin(typed: string): Promise<Plugin> {
  const exports = await loaded(typed);
  const value = [exports['default'], exports['plugin']].find(isNamed);
  if (value === undefined) {
    throw new ConfigError(
      `--plugin ${typed}: the module exports no plugin. It exports ${listed(exports)}. ` +
        "A plugin is the default export, or that named plugin: export const plugin = { name: 'acme', layers: [...] }.",
    );
  }
  const problem = pluginProblem(value);
  if (problem === null) return value;
  throw new ConfigError(`--plugin ${typed}: the plugin '${value.name}' cannot be used: ${problem}`);
}

async function loaded(typed: string): Promise<Readonly<Record<string, unknown>>> {
  const path = locatePlugin(typed);
  try {
    return (await import(pathToFileURL(path).href)) as Readonly<Record<string, unknown>>;
  } catch (cause) {
    throw new ConfigError(`--plugin ${typed}: the module fails with ${String(cause).split('\n')[0]}`, { cause });
  }
}

function isNamed(value: unknown): value is Plugin {
  return typeof value === 'object' && value !== null && typeof (value as { name?: unknown }).name === 'string';
}

function listed(exports: Readonly<Record<string, unknown>>): string {
  const found = Object.entries(exports).map(([name, value]) => `${name} (${kindOf(value)})`);
  return found.length === 0 ? 'nothing' : found.join(', ');
}

function kindOf(value: unknown): string {
  if (typeof value === 'function') return /^class\b/.test(String(value)) ? 'a class' : 'a function';
  if (value === null || typeof value !== 'object') return value === null ? 'null' : `a ${typeof value}`;
  if (Array.isArray(value)) return 'a list';
  const keys = Object.keys(value);
  return keys.length === 0 ? 'an empty object' : `an object with ${keys.slice(0, 5).join(', ')}, but no name`;
}
