import { readFileSync } from 'node:fs';

/** Of this package. Its manifest lies one folder above, of the bundle as of the sources. */
export const VERSION: string = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version;
