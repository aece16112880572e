// What a page and the worker that trains for it say to each other: plain data, so that every worker can carry it.
import type { DType, HostArray, Shape } from '@nablajs/tensor';
import type { Logs } from '../../callbacks/callback.ts';
import type { FitOptions } from '../../training/fit.ts';

/** Samples on the way: as they were given, what a tensor held, or several of these. */
export type Parcel =
  | { readonly kind: 'as given'; readonly values: unknown }
  | { readonly kind: 'tensor'; readonly values: HostArray; readonly shape: Shape; readonly dtype: DType }
  | { readonly kind: 'list'; readonly parts: readonly Parcel[] }
  | { readonly kind: 'record'; readonly parts: Readonly<Record<string, Parcel>> };

/** The options of `fit` that are data. */
export type PlainFitOptions = Omit<FitOptions, 'callbacks' | 'signal' | 'validationData' | 'sampleWeight'>;

/** Everything a training needs. */
export interface FitOrder {
  readonly x: Parcel;
  readonly y: Parcel;
  readonly sampleWeight?: Parcel;
  readonly validationData?: readonly Parcel[];
  readonly options: PlainFitOptions;
  /** Whether somebody in the page looks at every batch, when it begins and when it ends. */
  readonly watched: { readonly begin: boolean; readonly end: boolean };
}

/** What a page asks, by name: what it sends, and what it gets back. */
export interface Asks {
  /** Starts a backend; the first one where `undefined`. Answers with its name. */
  start: { readonly ask: string | undefined; readonly answer: string };
  /** Makes a model of a file's bytes; answers with its number. */
  load: { readonly ask: Uint8Array; readonly answer: number };
  fit: { readonly ask: { readonly model: number; readonly order: FitOrder }; readonly answer: null };
  evaluate: {
    readonly ask: { readonly model: number; readonly x: Parcel; readonly y: Parcel; readonly batchSize?: number };
    readonly answer: Record<string, number>;
  };
  predict: {
    readonly ask: { readonly model: number; readonly x: Parcel; readonly batchSize?: number };
    readonly answer: Parcel;
  };
  /** The model's file. */
  save: { readonly ask: number; readonly answer: Uint8Array };
  /** Forgets a model. */
  drop: { readonly ask: number; readonly answer: null };
}

/** Something that happens in a training. After an epoch the worker waits for the page to go on. */
export type FitEvent =
  | {
      readonly kind: 'training begins';
      readonly epochs: number;
      readonly steps: number | undefined;
      readonly validates: boolean;
    }
  | { readonly kind: 'batch begins'; readonly batch: number }
  | { readonly kind: 'epoch begins'; readonly epoch: number }
  | { readonly kind: 'batch ends'; readonly batch: number; readonly logs: Logs }
  | { readonly kind: 'epoch ends'; readonly epoch: number; readonly logs: Logs };

/** From the page. */
export type Request =
  | {
      [K in keyof Asks]: { readonly kind: 'ask'; readonly id: number; readonly name: K; readonly ask: Asks[K]['ask'] };
    }[keyof Asks]
  | { readonly kind: 'abort'; readonly id: number }
  | { readonly kind: 'go on'; readonly id: number; readonly stop: boolean };

/** An error on the way. */
export interface ErrorParcel {
  readonly name: string;
  readonly message: string;
}

/** From the worker, about the request with that number. */
export type Reply =
  | { readonly kind: 'heard'; readonly id: number }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: unknown }
  | { readonly kind: 'event'; readonly id: number; readonly event: FitEvent }
  | { readonly kind: 'failed'; readonly id: number; readonly error: ErrorParcel };

/** The door both sides talk through: a worker as the page sees it, or `self` in the worker. */
export interface Door<Out, In> {
  postMessage(message: Out, transfer: Transferable[]): void;
  addEventListener(type: 'message', listener: (event: { readonly data: In }) => void): void;
}
