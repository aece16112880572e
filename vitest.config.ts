import { defaultServerConditions } from 'vite';
import { defineConfig } from 'vitest/config';

// Packages resolve to each other's sources, so tests never need a build.
const source: string[] = ['@nablajs/source', ...defaultServerConditions];

export default defineConfig({
  test: {
    // A browser project (`*.browser.test.ts`) joins this list once a browser backend exists.
    projects: [
      {
        resolve: { conditions: source },
        ssr: { resolve: { conditions: source } },
        test: {
          name: 'node',
          environment: 'node',
          include: ['{packages,apps,examples}/*/test/**/*.test.ts', 'scripts/test/**/*.test.ts'],
          exclude: ['**/node_modules/**', '**/dist/**', '**/*.browser.test.ts', '**/*.page.test.ts'],
          testTimeout: 60_000,
          // One process per worker: leak tests read the memory of a process of their own and force collections.
          pool: 'forks',
          execArgv: ['--expose-gc'],
        },
      },
      {
        // The built documentation site, driven from Node in a real browser: `npm run docs` comes first.
        resolve: { conditions: source },
        ssr: { resolve: { conditions: source } },
        test: {
          name: 'pages',
          environment: 'node',
          include: ['apps/docs/test/**/*.page.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
