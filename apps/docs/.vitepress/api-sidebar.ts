// The sidebar of the generated API reference, read from the folders TypeDoc wrote.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DefaultTheme } from 'vitepress';

const API = fileURLToPath(new URL('../api/', import.meta.url));
const PAGES: readonly string[] = ['classes', 'functions'];

/** All packages. What is in each is listed on its first page; hundreds of links would drown every other page. */
export function apiSidebar(): DefaultTheme.SidebarItem[] {
  const modules = existsSync(API) ? modulesIn('@nablajs') : [];
  return [
    { text: 'API reference', link: '/api/', items: modules.map((name) => ({ text: name, link: `/api/${name}/` })) },
  ];
}

function modulesIn(folder: string): string[] {
  return readdirSync(join(API, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !PAGES.includes(entry.name))
    .flatMap(({ name }) => {
      const module = `${folder}/${name}`;
      return [...(existsSync(join(API, module, 'index.md')) ? [module] : []), ...modulesIn(module)];
    });
}
