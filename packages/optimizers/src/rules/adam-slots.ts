import type { Tensor } from '@nablajs/tensor';

/** What {@link Adam} remembers. */
export type AdamSlots = { readonly momentum: Tensor; readonly velocity: Tensor; readonly velocityHat?: Tensor };
