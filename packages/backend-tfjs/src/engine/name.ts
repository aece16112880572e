/** The engines of TensorFlow.js that Nabla runs on. */
export type EngineName = 'cpu' | 'webgl' | 'webgpu';
