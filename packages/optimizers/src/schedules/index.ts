export * from './combine.ts';
export * from './cosine.ts';
export * from './cycle.ts';
export * from './decay.ts';
export * from './schedule.ts';
export * from './steps.ts';
export * from './warmup.ts';
