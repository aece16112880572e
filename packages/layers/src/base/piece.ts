import type { PieceJSON } from './json.ts';

/**
 * What initializers, regularizers, constraints and activations of one's own have in common: files know the class by its `type`,
 * and `new Class(config)` reads back what `toJSON` wrote. There is no `getConfig` to write.
 */
export abstract class Piece<C extends object = object> {
  /** What files call the class; `package/Name` outside of this package. */
  static readonly type: string = '';
  /** Plain JSON, complete with the defaults. */
  readonly config: Readonly<C>;

  constructor(config: C) {
    this.config = config;
  }

  /** The class's type and the configuration, as a layer's own configuration holds them. */
  toJSON(): PieceJSON {
    return { type: (this.constructor as typeof Piece).type, config: this.config as PieceJSON['config'] };
  }
}
