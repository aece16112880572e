// The WebGL engine with the kernels that lowerings call, and no others: half of what a page would load otherwise.
// Only bundlers can load these modules; Node, which has no WebGL, never gets here.
import { MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl/dist/backend_webgl.js';
import { avgPoolConfig } from '@tensorflow/tfjs-backend-webgl/dist/kernels/AvgPool.js';
import { avgPoolGradConfig } from '@tensorflow/tfjs-backend-webgl/dist/kernels/AvgPoolGrad.js';
import { batchMatMulConfig } from '@tensorflow/tfjs-backend-webgl/dist/kernels/BatchMatMul.js';
import { concatConfig } from '@tensorflow/tfjs-backend-webgl/dist/kernels/Concat.js';
import { conv2DConfig } from '@tensorflow/tfjs-backend-webgl/dist/kernels/Conv2D.js';
import { conv2DBackpropFilterConfig } from '@tensorflow/tfjs-backend-webgl/dist/kernels/Conv2DBackpropFilter.js';
import { conv2DBackpropInputConfig } from '@tensorflow/tfjs-backend-webgl/dist/kernels/Conv2DBackpropInput.js';
import { conv3DConfig } from '@tensorflow/tfjs-backend-webgl/dist/kernels/Conv3D.js';
import { conv3DBackpropFilterV2Config } from '@tensorflow/tfjs-backend-webgl/dist/kernels/Conv3DBackpropFilterV2.js';
import { conv3DBackpropInputConfig } from '@tensorflow/tfjs-backend-webgl/dist/kernels/Conv3DBackpropInputV2.js';
import { cumsumConfig } from '@tensorflow/tfjs-backend-webgl/dist/kernels/Cumsum.js';
import { depthwiseConv2dNativeConfig } from '@tensorflow/tfjs-backend-webgl/dist/kernels/DepthwiseConv2dNative.js';
import { depthwiseConv2dNativeBackpropFilterConfig } from '@tensorflow/tfjs-backend-webgl/dist/kernels/DepthwiseConv2dNativeBackpropFilter.js';
import { depthwiseConv2dNativeBackpropInputConfig } from '@tensorflow/tfjs-backend-webgl/dist/kernels/DepthwiseConv2dNativeBackpropInput.js';
import { floorConfig } from '@tensorflow/tfjs-backend-webgl/dist/kernels/Floor.js';
import { gatherV2Config } from '@tensorflow/tfjs-backend-webgl/dist/kernels/GatherV2.js';
import { padV2Config } from '@tensorflow/tfjs-backend-webgl/dist/kernels/PadV2.js';
import { realDivConfig } from '@tensorflow/tfjs-backend-webgl/dist/kernels/RealDiv.js';
import { reshapeConfig } from '@tensorflow/tfjs-backend-webgl/dist/kernels/Reshape.js';
import { reverseConfig } from '@tensorflow/tfjs-backend-webgl/dist/kernels/Reverse.js';
import { sliceConfig } from '@tensorflow/tfjs-backend-webgl/dist/kernels/Slice.js';
import { softmaxConfig } from '@tensorflow/tfjs-backend-webgl/dist/kernels/Softmax.js';
import { stridedSliceConfig } from '@tensorflow/tfjs-backend-webgl/dist/kernels/StridedSlice.js';
import { tileConfig } from '@tensorflow/tfjs-backend-webgl/dist/kernels/Tile.js';
import { transposeConfig } from '@tensorflow/tfjs-backend-webgl/dist/kernels/Transpose.js';
import { unsortedSegmentSumConfig } from '@tensorflow/tfjs-backend-webgl/dist/kernels/UnsortedSegmentSum.js';
import { getKernel, type KernelBackend, type KernelConfig, registerKernel } from '@tensorflow/tfjs-core';

const KERNELS: readonly KernelConfig[] = [
  avgPoolConfig,
  avgPoolGradConfig,
  batchMatMulConfig,
  concatConfig,
  conv2DConfig,
  conv2DBackpropFilterConfig,
  conv2DBackpropInputConfig,
  conv3DConfig,
  conv3DBackpropFilterV2Config,
  conv3DBackpropInputConfig,
  cumsumConfig,
  depthwiseConv2dNativeConfig,
  depthwiseConv2dNativeBackpropFilterConfig,
  depthwiseConv2dNativeBackpropInputConfig,
  floorConfig,
  gatherV2Config,
  padV2Config,
  realDivConfig,
  reshapeConfig,
  reverseConfig,
  sliceConfig,
  softmaxConfig,
  stridedSliceConfig,
  tileConfig,
  transposeConfig,
  unsortedSegmentSumConfig,
];

/** A new engine on a context of its own. */
export function createWebGL(): KernelBackend {
  // A page that loads all of TensorFlow.js as well has them already.
  for (const kernel of KERNELS) if (!getKernel(kernel.kernelName, 'webgl')) registerKernel(kernel);
  return new MathBackendWebGL();
}
