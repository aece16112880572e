// The parts of CUDA on machines that are made up.
import { expect, test } from 'vitest';
import { cudaVersion, cudnnVersion } from '../../src/cuda/driver.ts';
import { cudaReport, type Probes } from '../../src/cuda/report.ts';
import { MissingPart } from '../../src/native/missing.ts';

const complete: Probes = {
  library: () => ({ path: '/opt/ort/libonnxruntime.so.1', version: '1.29.0' }),
  provider: () => ({
    folder: '/opt/ort',
    needs: ['libcublas.so.13', 'libcuda.so.1', 'libcudart.so.13', 'libcudnn.so.9'],
  }),
  load: () => undefined,
  driverVersion: () => '13.1',
  runtimeVersion: (library) => (library === 'libcudart.so.13' ? '13.0' : 'not asked for'),
  cudnnVersion: () => '9.10.2',
  devices: () => [{ name: 'NVIDIA H200', memory: 140 * 2 ** 30, capability: '9.0' }],
};

function lines(probes: Probes, deviceId = 0): string[] {
  return cudaReport({ deviceId }, probes).findings.map(({ part, status, details }) => `${part} ${status}: ${details}`);
}

test('everything there', () => {
  expect(cudaReport({}, complete).available).toBe(true);
  expect(lines(complete)).toEqual([
    'library found: ONNX Runtime 1.29.0\n/opt/ort/libonnxruntime.so.1',
    'provider found: /opt/ort',
    'driver found: runs CUDA up to 13.1',
    'CUDA found: 13.0\nlibcublas.so.13, libcudart.so.13',
    'cuDNN found: 9.10.2',
    'device found: NVIDIA H200, 140 GiB, compute capability 9.0',
  ]);
});

test('without the provider, what it needs is unknown', () => {
  const report = cudaReport(
    {},
    {
      ...complete,
      provider: () => {
        throw new MissingPart('the CUDA provider was not found. Looked in\n  - /opt/ort\n', 'Install it.');
      },
    },
  );
  expect(report.available).toBe(false);
  expect(report.findings.map(({ status }) => status)).toEqual(['found', 'missing', ...Array(4).fill('not checked')]);
  expect(report.findings[1]).toEqual({
    part: 'provider',
    status: 'missing',
    details: 'the CUDA provider was not found. Looked in\n  - /opt/ort',
    fix: 'Install it.',
  });
});

test('each library that does not load is named with its reason, and where it comes from', () => {
  const { findings } = cudaReport(
    {},
    {
      ...complete,
      load: (name) => {
        if (name !== 'libcuda.so.1') throw new Error(`${name}: cannot open shared object file`);
      },
    },
  );
  expect(findings[3]).toEqual({
    part: 'CUDA',
    status: 'missing',
    details: 'libcublas.so.13: cannot open shared object file\nlibcudart.so.13: cannot open shared object file',
    fix: 'Install the CUDA toolkit; if it is installed, name its directory in LD_LIBRARY_PATH before Node starts.',
  });
  expect(findings[4]!.fix).toContain('Install cuDNN');
  expect(findings[5]!.status).toBe('found');
});

test('a device that is not there, and a driver that fails', () => {
  expect(lines(complete, 1)[5]).toBe('device missing: GPU 1 is not there: the driver shows only 0 (NVIDIA H200).');
  expect(lines({ ...complete, devices: () => [] })[5]).toBe(
    'device missing: GPU 0 is not there: the driver shows none.',
  );
  const failing = (): never => {
    throw new Error('cuInit of the NVIDIA driver gave error 100.');
  };
  expect(lines({ ...complete, devices: failing })[5]).toBe(
    'device missing: cuInit of the NVIDIA driver gave error 100.',
  );
});

test('versions as CUDA and cuDNN number them', () => {
  expect([cudaVersion(12040), cudaVersion(13000), cudaVersion(11080)]).toEqual(['12.4', '13.0', '11.8']);
  expect([cudnnVersion(90100), cudnnVersion(91002)]).toEqual(['9.1.0', '9.10.2']);
});
