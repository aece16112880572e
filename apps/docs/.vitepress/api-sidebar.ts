// The sidebars of the generated API reference, read from the folders TypeDoc wrote: one per package, grouped by kind.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DefaultTheme } from 'vitepress';

const API = fileURLToPath(new URL('../api/', import.meta.url));
const KINDS: Readonly<Record<string, string>> = {
  functions: 'Functions',
  classes: 'Classes',
  interfaces: 'Interfaces',
  'type-aliases': 'Types',
  variables: 'Constants',
};

/** Sidebars by path, with the list of all packages on top. */
export function apiSidebar(): DefaultTheme.SidebarMulti {
  const modules = existsSync(API) ? modulesIn('@nablajs') : [];
  const list = { text: 'Packages', items: modules.map((name) => ({ text: name, link: `/api/${name}/` })) };
  return Object.fromEntries([
    ...modules
      .toSorted((a, b) => b.length - a.length)
      .map((name) => [`/api/${name}/`, [{ text: name, link: `/api/${name}/`, items: kindsOf(name) }, { ...list, collapsed: true }]]),
    ['/api/', [list]],
  ]);
}

function modulesIn(folder: string): string[] {
  return readdirSync(join(API, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !(entry.name in KINDS))
    .flatMap(({ name }) => {
      const module = `${folder}/${name}`;
      return [...(existsSync(join(API, module, 'index.md')) ? [module] : []), ...modulesIn(module)];
    });
}

function kindsOf(module: string): DefaultTheme.SidebarItem[] {
  return Object.entries(KINDS).flatMap(([folder, text]) => {
    const at = join(API, module, folder);
    if (!existsSync(at)) return [];
    const names = readdirSync(at).map((file) => file.replace(/\.md$/, ''));
    const items = names.map((name) => ({ text: name, link: `/api/${module}/${folder}/${name}` }));
    return [{ text, collapsed: true, items }];
  });
}
