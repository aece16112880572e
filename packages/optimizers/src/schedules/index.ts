export * from './combine.ts';
export {
  CosineDecay,
  type CosineDecayConfig,
  type CosineDecayOptions,
  CosineDecayRestarts,
  type CosineDecayRestartsConfig,
  type CosineDecayRestartsOptions,
} from './cosine.ts';
export * from './cycle.ts';
export * from './decay.ts';
export { type Rate, Schedule, type ScheduleJSON } from './schedule.ts';
export * from './steps.ts';
export * from './warmup.ts';
