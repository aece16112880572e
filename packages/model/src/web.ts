// Models in browsers: kept in the browser, downloaded, fetched.

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
