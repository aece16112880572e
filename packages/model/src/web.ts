// Models in browsers: kept in the browser, downloaded, fetched, and trained in workers.

export { type DownloadOptions, downloadModel } from './web/download.ts';
export { type FetchModelOptions, fetchModel } from './web/fetch.ts';
export {
  deleteModel,
  listModels,
  type RestoreOptions,
  restoreModel,
  type StoreName,
  type StoreOptions,
  storeModel,
} from './web/store.ts';
export {
  type FitInWorkerOptions,
  fitInWorker,
  ModelWorker,
  type ModelWorkerOptions,
  modelWorker,
} from './web/worker/model-worker.ts';
export { RemoteModel } from './web/worker/remote-model.ts';
export { type ServeOptions, serveModels } from './web/worker/serve.ts';
export type { RemoteFitOptions } from './web/worker/train.ts';
