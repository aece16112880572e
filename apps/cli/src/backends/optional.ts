// A backend that people install when they want it: its library is large.
import { BackendUnavailableError } from '@nablajs/tensor';

const NAME = '@nablajs/backend-onnxruntime';

/** The package of a backend, loaded by `load`; a BackendUnavailableError that says how to install it where it is not there. */
export async function optionalBackend<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'ERR_MODULE_NOT_FOUND' || !message.includes(NAME)) throw error;
    throw new BackendUnavailableError(
      `the package ${NAME} is not installed. Install it beside the command, in the same way as the command (-g or not): ` +
        `\`npm install --ignore-scripts ${NAME}\`. It brings ONNX Runtime, a download of 113 MB.`,
      { cause: error },
    );
  }
}
