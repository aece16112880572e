// What can compute here, and why the rest cannot.
import type { CudaReport } from '@nablajs/backend-onnxruntime';
import type { Plugin } from 'nablajs';
import { wrappedTable } from '../text/table.ts';
import { wrap } from '../text/wrap.ts';
import { type BackendEntry, backendEntries, loadOnnxRuntime } from './backends.ts';

/** What became of one backend. */
export interface BackendFinding {
  readonly name: string;
  readonly available: boolean;
  /** What was found, or what is missing, in full. */
  readonly details: string;
}

/** Everything there is to say. */
export interface Survey {
  readonly backends: readonly BackendFinding[];
  /** The parts that CUDA takes; `null` where the package that could look is not installed. */
  readonly cuda: CudaReport | null;
}

/** Opens every backend once, those of plugins too. */
export async function survey(plugins: readonly Plugin[]): Promise<Survey> {
  const cuda = await loadOnnxRuntime().then(
    ({ cudaReport }) => cudaReport(),
    () => null,
  );
  const backends: BackendFinding[] = [];
  for (const [name, entry] of Object.entries(backendEntries(plugins))) backends.push(await probe(name, entry, cuda));
  return { backends, cuda };
}

async function probe(name: string, { open, describe }: BackendEntry, cuda: CudaReport | null): Promise<BackendFinding> {
  if (name === 'onnxruntime:cuda' && cuda?.available === false) {
    const parts = cuda.findings.filter(({ status }) => status === 'missing').map(({ part }) => part);
    return { name, available: false, details: `missing: ${parts.join(', ')}; see below` };
  }
  try {
    const backend = await open();
    await backend.dispose();
    return { name, available: true, details: describe() };
  } catch (error) {
    return { name, available: false, details: (error as Error).message };
  }
}

/** A survey for people, in lines of `width` characters. Commands to be copied are never broken. */
export function surveyText({ backends, cuda }: Survey, width: number): string {
  const rows = backends.map(({ name, available, details }) => [name, available ? 'yes' : 'no', details]);
  return [
    wrappedTable(['backend', 'available', 'details'], rows, width),
    ...(cuda ? [cudaText(cuda, width)] : []),
  ].join('\n\n');
}

function cudaText({ findings }: CudaReport, width: number): string {
  const rows = findings.map(({ part, status, details }) => [part, status, details]);
  const fixes = findings.flatMap(({ part, fix }) => (fix === '' ? [] : [fixText(part, fix, width)]));
  return [wrappedTable(['CUDA', 'status', 'details'], rows, width), ...fixes].join('\n\n');
}

/** Longer commands get a line of their own. */
const SHORT = 40;

function fixText(part: string, fix: string, width: number): string {
  const [first, ...rest] = `${part}: ${fix}`.split('`');
  const pieces = rest.reduce<string[]>(
    (found, piece, i) => {
      const isCommand = i % 2 === 0;
      const last = found.length - 1;
      if (isCommand && piece.length > SHORT) found.push(`  ${piece}`, '');
      else found[last] += isCommand ? `\`${piece}\`` : piece;
      return found;
    },
    [first!],
  );
  return pieces
    .map((piece) => piece.replace(/^[,.] */, '').trimEnd())
    .filter((piece) => piece !== '')
    .flatMap((piece) => (piece.startsWith('  ') ? [piece] : wrap(piece, width)))
    .join('\n');
}
