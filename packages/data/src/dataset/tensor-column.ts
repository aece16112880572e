import type { HostArray, Tensor } from '@nablajs/tensor';
import { Column } from './column.ts';

/** A tensor's rows; its values are fetched when the first epoch begins. */
export function columnOfTensor(tensor: Tensor): Column {
  const { source } = tensor.node;
  const load = source?.kind === 'host' ? async (): Promise<HostArray> => source.data : () => tensor.data();
  return new Column(load, tensor.shape, tensor.dtype);
}
