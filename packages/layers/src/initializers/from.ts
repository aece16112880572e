import type { Field } from '../base/options.ts';
import { byName, pieceFrom } from '../base/pieces.ts';
import { Constant, IdentityInitializer, Ones, Zeros } from './constant.ts';
import { Initializer, type InitializerLike, type InitializerName } from './initializer.ts';
import { Orthogonal } from './orthogonal.ts';
import { RandomNormal, RandomUniform, TruncatedNormal } from './random.ts';
import {
  GlorotNormal,
  GlorotUniform,
  HeNormal,
  HeUniform,
  LecunNormal,
  LecunUniform,
  VarianceScaling,
} from './scaling.ts';

const NAMED = byName<Initializer>([
  Zeros,
  Ones,
  Constant,
  RandomUniform,
  RandomNormal,
  TruncatedNormal,
  VarianceScaling,
  GlorotUniform,
  GlorotNormal,
  HeUniform,
  HeNormal,
  LecunUniform,
  LecunNormal,
  IdentityInitializer,
  Orthogonal,
]);

/** With the short names of Keras. */
const BUILTIN: typeof NAMED = { ...NAMED, uniform: RandomUniform, normal: RandomNormal };

/**
 * The initializer of a name, of its JSON, or itself.
 * @throws ConfigError for an unknown name, with the nearest known one
 * @example initializerFrom('heNormal')
 */
export function initializerFrom(value: InitializerLike, place: string = 'initializer'): Initializer {
  return pieceFrom(place, value, (piece): piece is Initializer => piece instanceof Initializer, BUILTIN);
}

/** An option that takes an initializer. */
export function initializer(fallback: InitializerName): Field<InitializerLike> {
  return {
    must: 'an initializer',
    fallback,
    read: (value, place) => {
      initializerFrom(value as InitializerLike, place);
      return value as InitializerLike;
    },
  };
}
