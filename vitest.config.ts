import { playwright } from '@vitest/browser-playwright';
import { defaultClientConditions, defaultServerConditions } from 'vite';
import { defineConfig } from 'vitest/config';
import {
  adoptInNode,
  predictInNode,
  trainInNode,
  writeTrainerInNode,
} from './packages/nablajs/test/everywhere/commands.ts';
import { CHROMIUM_FLAGS, findChromium } from './scripts/find-chromium.mjs';

// Packages resolve to each other's sources, so tests never need a build.
const source: string[] = ['@nablajs/source', ...defaultServerConditions];
const chromium: string | undefined = findChromium();
if (process.env['REQUIRE_BROWSER'] && !chromium) throw new Error('no Chromium on PATH and none in $CHROMIUM');

export default defineConfig({
  test: {
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
          // By default one core stays idle for the runner, which hardly does anything.
          maxWorkers: '100%',
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
      {
        resolve: { conditions: ['@nablajs/source', ...defaultClientConditions] },
        // Bundled before the first test: found later, they would reload the page in the middle of one.
        optimizeDeps: {
          include: [
            '@tensorflow/tfjs-core',
            '@tensorflow/tfjs-backend-cpu',
            '@tensorflow/tfjs-backend-webgl/dist/backend_webgl.js',
            '@tensorflow/tfjs-backend-webgl/dist/kernels/*.js',
            '@tensorflow/tfjs-backend-webgpu',
          ],
        },
        // Shared memory exists only in pages that are isolated from others.
        server: {
          headers: {
            'Cross-Origin-Opener-Policy': 'same-origin',
            'Cross-Origin-Embedder-Policy': 'require-corp',
          },
        },
        test: {
          name: 'browser',
          include: ['{packages,apps,examples}/*/test/**/*.browser.test.ts'],
          exclude: ['**/node_modules/**', '**/dist/**'],
          testTimeout: 120_000,
          // Files share one software renderer on the machine's few cores.
          fileParallelism: false,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            commands: { trainInNode, predictInNode, writeTrainerInNode, adoptInNode },
            instances: [{ browser: 'chromium' }],
            provider: playwright({
              launchOptions: {
                ...(chromium ? { executablePath: chromium } : {}),
                chromiumSandbox: false,
                args: CHROMIUM_FLAGS,
              },
            }),
          },
        },
      },
    ],
  },
});
