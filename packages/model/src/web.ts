// Models in browsers: kept in the browser, downloaded, fetched.

export { type DownloadOptions, downloadModel } from './web/download.ts';
export { type FetchModelOptions, fetchModel } from './web/fetch.ts';
export { deleteModel, listModels, restoreModel, storeModel } from './web/store.ts';
