// ONNX Runtime looks for providers beside itself only, so library and provider are brought together in a folder of the
// user's cache. The library is copied, not linked: under a link the loader would take it for one it has loaded before.
import { constants, copyFileSync, existsSync, mkdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { BackendUnavailableError } from '@nablajs/tensor';
import { type CudaProvider, PROVIDER_FILES } from './installation.ts';

/** The path of a library that has the provider beside it: the given one, or a copy. */
export function besideProvider(
  library: string,
  version: string,
  { folder }: CudaProvider,
  cache: string = cacheFolder(),
): string {
  if (dirname(library) === folder) return library;
  const place = join(cache, `onnxruntime-${version}-cuda`);
  const copy = join(place, basename(library));
  try {
    mkdirSync(place, { recursive: true, mode: 0o700 });
    if (!existsSync(copy) || statSync(copy).size !== statSync(library).size) {
      rmSync(copy, { force: true });
      copyFileSync(library, copy, constants.COPYFILE_FICLONE);
    }
    for (const file of PROVIDER_FILES) {
      rmSync(join(place, file), { force: true });
      symlinkSync(join(folder, file), join(place, file));
    }
  } catch (error) {
    throw new BackendUnavailableError(
      `onnxruntime: ${library} and the CUDA provider in ${folder} could not be brought together in ${place}: ` +
        `${(error as Error).message}. Put copies of both into one directory and pass it as library.`,
      { cause: error },
    );
  }
  return copy;
}

function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'nabla');
}
