import { describeBackend } from '@nablajs/testkit';
import { onnxruntime } from '../src/index.ts';

describeBackend(() => onnxruntime({ threads: 1 }));
