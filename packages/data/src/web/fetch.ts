import { FormatError } from '@nablajs/tensor';

/** Options of {@link fetchBytes}. */
export interface FetchOptions {
  /** Called as bytes arrive. `total` is `undefined` where the server does not say, or compresses on the way. */
  readonly onProgress?: (loaded: number, total: number | undefined) => void;
  /** Ends the download; the promise rejects with its reason. */
  readonly signal?: AbortSignal;
}

/**
 * The bytes behind a URL, with news of the progress.
 * @throws FormatError when the server answers with an error, cannot be reached, or breaks off
 * @example const bytes = await fetchBytes('/mnist.safetensors', { onProgress: (n, total) => show(n / total) });
 */
export async function fetchBytes(
  url: string | URL,
  { onProgress, signal }: FetchOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const arriving = <T>(part: Promise<T>): Promise<T> => orFail(part, url, signal, 'Fetch it again: it broke off');
  const response = await orFail(fetch(url, signal ? { signal } : {}), url, signal, 'Check the address and the network');
  if (!response.ok) throw new FormatError(`cannot read ${url}: the server answered ${answered(response.status)}`);
  if (!onProgress || !response.body) return new Uint8Array(await arriving(response.arrayBuffer()));

  const { headers } = response;
  const total = headers.has('content-encoding') ? undefined : Number(headers.get('content-length')) || undefined;
  const parts: Uint8Array[] = [];
  let loaded = 0;
  const reader = response.body.getReader();
  onProgress(0, total);
  for (let part = await arriving(reader.read()); !part.done; part = await arriving(reader.read())) {
    parts.push(part.value);
    loaded += part.value.length;
    onProgress(loaded, total);
  }
  return joined(parts, loaded);
}

async function orFail<T>(
  step: Promise<T>,
  url: string | URL,
  signal: AbortSignal | undefined,
  advice: string,
): Promise<T> {
  try {
    return await step;
  } catch (error) {
    signal?.throwIfAborted();
    throw new FormatError(`cannot read ${url}: ${(error as Error).message}. ${advice}.`, { cause: error });
  }
}

function answered(status: number): string {
  if (status === 404 || status === 410) return `${status}. There is nothing at that address: check it.`;
  if (status === 401 || status === 403) return `${status}. It lets only some read: sign in, or check the permissions.`;
  return status >= 500 ? `${status}. It has troubles of its own: try again later.` : `${status}.`;
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
