// For packages that were generated: they meet the sources of this workspace, so that no build is needed.
import { defaultServerConditions } from 'vite';
import { defineConfig } from 'vitest/config';

const conditions: string[] = ['@nablajs/source', ...defaultServerConditions];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
});
