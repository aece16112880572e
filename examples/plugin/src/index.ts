// The plugin as one value, and its parts for those who use them in code.
import type { Plugin } from 'nablajs';
import { Charbonnier } from './charbonnier.ts';
import { Knee } from './knee.ts';
import { LogUniform } from './log-uniform.ts';
import { profiler } from './profiler.ts';
import { RandomFog } from './random-fog.ts';
import { Signum } from './signum.ts';
import { Snake } from './snake.ts';
import { snakeOp } from './snake-op.ts';
import { Swoosh } from './swoosh.ts';
import { Within } from './within.ts';

export { Charbonnier, type CharbonnierConfig } from './charbonnier.ts';
export { Knee, type KneeConfig } from './knee.ts';
export { LogUniform, type LogUniformConfig } from './log-uniform.ts';
export { type OpCost, type Profiler, profiler } from './profiler.ts';
export { RandomFog, type RandomFogConfig } from './random-fog.ts';
export { Signum, type SignumConfig } from './signum.ts';
export { Snake, type SnakeConfig } from './snake.ts';
export { snake, snakeOp } from './snake-op.ts';
export { Swoosh, type SwooshConfig } from './swoosh.ts';
export { Within, type WithinConfig } from './within.ts';

/** Everything in this package: `loadModel(path, { plugins: [acme] })`, `nabla train --plugin acme`. */
export const plugin: Plugin = {
  name: 'acme',
  ops: [snakeOp],
  layers: [Snake, RandomFog],
  pieces: [LogUniform, Swoosh],
  optimizers: [Signum],
  schedules: [Knee],
  losses: [Charbonnier],
  metrics: [Within],
  backends: { acme: () => profiler() },
};

export default plugin;
