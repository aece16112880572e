// `nabla backends`: what it finds on this machine, and what it says of machines that are made up.
import { BackendUnavailableError } from '@nablajs/tensor';
import { describe, expect, it } from 'vitest';
import { optionalBackend } from '../../src/backends/optional.ts';
import { type Survey, surveyText } from '../../src/backends/survey.ts';
import { nabla } from '../session.ts';

const cpu = { name: 'cpu', available: true, details: 'WebAssembly SIMD, relaxed SIMD: yes' } as const;
const slow = {
  name: 'reference',
  available: true,
  details: 'plain loops in float64: exact, far too slow for images',
} as const;
const onnx = { name: 'onnxruntime', available: true, details: 'native kernels, one session per graph' } as const;

const complete: Survey = {
  backends: [
    cpu,
    onnx,
    { name: 'onnxruntime:cuda', available: true, details: 'native kernels on the graphics card; state stays there' },
    slow,
  ],
  cuda: {
    available: true,
    findings: [
      {
        part: 'library',
        status: 'found',
        details:
          'ONNX Runtime 1.29.0\n/home/ada/digits/node_modules/onnxruntime-node/bin/napi-v6/linux/x64/libonnxruntime.so.1',
        fix: '',
      },
      { part: 'provider', status: 'found', details: '/opt/ort', fix: '' },
      { part: 'driver', status: 'found', details: 'runs CUDA up to 13.1', fix: '' },
      {
        part: 'CUDA',
        status: 'found',
        details: '13.0\nlibcublas.so.13, libcublasLt.so.13, libcudart.so.13, libcurand.so.10',
        fix: '',
      },
      { part: 'cuDNN', status: 'found', details: '9.10.2', fix: '' },
      { part: 'device', status: 'found', details: 'NVIDIA H200, 140 GiB, compute capability 9.0', fix: '' },
    ],
  },
};

const partial: Survey = {
  backends: [cpu, onnx, { name: 'onnxruntime:cuda', available: false, details: 'missing: provider; see below' }, slow],
  cuda: {
    available: false,
    findings: [
      { part: 'library', status: 'found', details: 'ONNX Runtime 1.29.0\n/opt/ort/libonnxruntime.so.1', fix: '' },
      {
        part: 'provider',
        status: 'missing',
        details:
          'the CUDA provider was not found. Looked for libonnxruntime_providers_shared.so and libonnxruntime_providers_cuda.so in\n  - /opt/ort',
        fix: "Install it with `npm install --ignore-scripts onnxruntime-node@1.29.0 com.github.asus4.onnxruntime.linux-x64-gpu@0.4.9`, or pass onnxruntime({ device: 'cuda', provider }) with its directory.",
      },
      { part: 'driver', status: 'not checked', details: 'needs what is missing above', fix: '' },
    ],
  },
};

describe('nabla backends', () => {
  it('lists what is here', async () => {
    const { code, out, err } = await nabla(['backends', '--json']);
    expect([code, err]).toEqual([0, '']);
    const { backends, cuda } = JSON.parse(out);
    expect(backends.map(({ name }: { name: string }) => name)).toEqual([
      'cpu',
      'onnxruntime',
      'onnxruntime:cuda',
      'reference',
    ]);
    expect(backends[0].available).toBe(true);
    expect(cuda.findings.map(({ part }: { part: string }) => part)).toEqual([
      'library',
      'provider',
      'driver',
      'CUDA',
      'cuDNN',
      'device',
    ]);
  });

  it('says of CUDA what was found, part by part', () => {
    expect(surveyText(complete, 80)).toMatchInlineSnapshot(`
      "backend           available  details
      ────────────────  ─────────  ────────────────────────────────────────────────
      cpu               yes        WebAssembly SIMD, relaxed SIMD: yes
      onnxruntime       yes        native kernels, one session per graph
      onnxruntime:cuda  yes        native kernels on the graphics card; state stays
                                   there
      reference         yes        plain loops in float64: exact, far too slow for
                                   images

      CUDA      status  details
      ────────  ──────  ───────────────────────────────────────────────────────────
      library   found   ONNX Runtime 1.29.0
                        /home/ada/digits/node_modules/onnxruntime-node/bin/napi-v6/
                        linux/x64/libonnxruntime.so.1
      provider  found   /opt/ort
      driver    found   runs CUDA up to 13.1
      CUDA      found   13.0
                        libcublas.so.13, libcublasLt.so.13, libcudart.so.13,
                        libcurand.so.10
      cuDNN     found   9.10.2
      device    found   NVIDIA H200, 140 GiB, compute capability 9.0"
    `);
  });

  it('says in full what is missing, and leaves commands whole', () => {
    expect(surveyText(partial, 80)).toMatchInlineSnapshot(`
      "backend           available  details
      ────────────────  ─────────  ───────────────────────────────────────────────
      cpu               yes        WebAssembly SIMD, relaxed SIMD: yes
      onnxruntime       yes        native kernels, one session per graph
      onnxruntime:cuda  no         missing: provider; see below
      reference         yes        plain loops in float64: exact, far too slow for
                                   images

      CUDA      status       details
      ────────  ───────────  ───────────────────────────────────────────
      library   found        ONNX Runtime 1.29.0
                             /opt/ort/libonnxruntime.so.1
      provider  missing      the CUDA provider was not found. Looked for
                             libonnxruntime_providers_shared.so and
                             libonnxruntime_providers_cuda.so in
                               - /opt/ort
      driver    not checked  needs what is missing above

      provider: Install it with
        npm install --ignore-scripts onnxruntime-node@1.29.0 com.github.asus4.onnxruntime.linux-x64-gpu@0.4.9
      or pass onnxruntime({ device: 'cuda', provider }) with its directory."
    `);
  });

  it('fits into narrow terminals', () => {
    for (const width of [60, 80, 100]) {
      for (const line of surveyText(complete, width).split('\n')) expect(line.length).toBeLessThanOrEqual(width);
    }
  });
});

describe('an optional package', () => {
  it('that is not installed says how to install it', async () => {
    const missing = (name: string): Promise<never> =>
      Promise.reject(Object.assign(new Error(`Cannot find package '${name}'`), { code: 'ERR_MODULE_NOT_FOUND' }));
    const wanted = optionalBackend(() => missing('@nablajs/backend-onnxruntime'));
    await expect(wanted).rejects.toThrow(BackendUnavailableError);
    await expect(wanted).rejects.toThrow('npm install --ignore-scripts @nablajs/backend-onnxruntime');
    await expect(optionalBackend(() => missing('koffi'))).rejects.toThrow("Cannot find package 'koffi'");
  });
});
