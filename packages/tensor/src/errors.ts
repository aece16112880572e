// Every error a user can meet: what was asked, what was found, the smallest fix, and where.

/** Where an error happened, as far as it is known. */
export interface ErrorPlace {
  /** The op that refused. */
  readonly op?: string | undefined;
  /** The layers it was called in, `"dense_1" (Dense)`. */
  readonly path?: string | undefined;
  /** The user's line, `file:line:column`. */
  readonly site?: string | undefined;
  readonly cause?: unknown;
}

/** Base of all errors Nabla throws on purpose. Read `message` as prose; `op`, `path` and `site` as data. */
export class NablaError extends Error {
  override name = 'NablaError';
  /** The message without its place. */
  readonly detail: string;
  readonly op: string | undefined;
  readonly path: string | undefined;
  readonly site: string | undefined;

  constructor(detail: string, place: ErrorPlace = {}) {
    const where = place.path ? `in ${place.path}: ` : '';
    const line = place.site ? `\n    at ${place.site}` : '';
    super(where + detail + line, place.cause === undefined ? undefined : { cause: place.cause });
    this.detail = detail;
    this.op = place.op;
    this.path = place.path;
    this.site = place.site;
  }

  /** `ShapeError in "dense_1" (Dense): kernel expects ...`, then the user's line. */
  override toString(): string {
    const separator = this.path ? ' ' : ': ';
    return this.name + separator + this.message;
  }
}

/** Shapes do not fit together. */
export class ShapeError extends NablaError {
  override name = 'ShapeError';
}

/** An element type an op, layer or backend does not take. */
export class DTypeError extends NablaError {
  override name = 'DTypeError';
}

/** The device or engine asked for is not there; the message says what was looked for and how to install it. */
export class BackendUnavailableError extends NablaError {
  override name = 'BackendUnavailableError';
}

/** A backend can neither run nor decompose an op. */
export class UnsupportedOpError extends NablaError {
  override name = 'UnsupportedOpError';
}

/** A file or byte sequence is not what it claims to be. */
export class FormatError extends NablaError {
  override name = 'FormatError';
}

/** A derivative was asked for that does not exist. */
export class GradientError extends NablaError {
  override name = 'GradientError';
}

/** An argument or configuration that cannot work. */
export class ConfigError extends NablaError {
  override name = 'ConfigError';
}

/** A tensor was used where its value does not exist: inside a trace, after one, or after it was disposed. */
export class TraceError extends NablaError {
  override name = 'TraceError';
}

/** `debug({ checkNumerics: true })` met a NaN or an infinity. */
export class NumericsError extends NablaError {
  override name = 'NumericsError';
}
