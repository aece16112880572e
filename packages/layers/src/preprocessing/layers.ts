import type { LayerClass } from '../base/registry.ts';
import { MelSpectrogram } from './audio/mel-spectrogram.ts';
import { STFTSpectrogram } from './audio/stft-spectrogram.ts';
import { CategoryEncoding } from './category-encoding.ts';
import { Discretization } from './discretization.ts';
import { HashedCrossing } from './hashing/hashed-crossing.ts';
import { Hashing } from './hashing/hashing.ts';
import { IntegerLookup } from './lookup/integer-lookup.ts';
import { StringLookup } from './lookup/string-lookup.ts';
import { TextVectorization } from './lookup/text-vectorization.ts';
import { Normalization } from './normalization.ts';

/** The layers of this folder. */
export const preprocessingLayers: readonly LayerClass[] = [
  Normalization,
  Discretization,
  CategoryEncoding,
  IntegerLookup,
  Hashing,
  HashedCrossing,
  StringLookup,
  TextVectorization,
  MelSpectrogram,
  STFTSpectrogram,
];
