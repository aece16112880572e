export { BatchNormalization, type BatchNormalizationOptions } from './batch-normalization.ts';
