// What the parts of the page tell each other.

/** Pixels on each side of an image. */
export const SIDE: number = 28;

/** The network trained in advance, or the one trained on this page. */
export type Which = 'given' | 'own';

/** How to train. */
export interface TrainingOptions {
  readonly engine: string;
  readonly epochs: number;
  readonly learningRate: number;
  readonly seed: number;
}

/** Test images to try. */
export interface Samples {
  /** Grey values 0 to 255, one image after the other. */
  readonly images: Uint8Array;
  readonly labels: Uint8Array;
}

/** How a training stands after one of its steps. */
export interface StepReport {
  /** Steps done, from 1. */
  readonly step: number;
  readonly steps: number;
  /** Of this step's batch. */
  readonly loss: number;
  /** Of the epoch so far. */
  readonly accuracy: number;
  /** Since training began. */
  readonly milliseconds: number;
}

/** How a network does on the test images. */
export interface TestReport {
  readonly step: number;
  readonly loss: number;
  readonly accuracy: number;
}
