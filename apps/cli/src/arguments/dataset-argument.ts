import { DATASET_NAMES, type DatasetName } from '../datasets/dataset.ts';
import { suggestion } from './nearest.ts';
import { UsageError } from './usage-error.ts';

/** The data set named by an argument. Throws UsageError with the nearest one there is. */
export function datasetArgument(typed: string, command: string): DatasetName {
  const known = DATASET_NAMES.find((name) => name === typed);
  if (known !== undefined) return known;
  const advice = suggestion(typed, DATASET_NAMES) || ` Data sets are ${DATASET_NAMES.join(', ')}.`;
  throw new UsageError(`There is no data set "${typed}".${advice}`, command);
}
