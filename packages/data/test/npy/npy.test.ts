import { FormatError } from '@nablajs/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseNpy, readNpz, writeNpy, writeNpz } from '../../src/index.ts';

/** A file as numpy.lib.format describes it, version 1. */
function npy(header: string, values: Uint8Array): Uint8Array {
  const text = `${header}\n`;
  return Uint8Array.of(0x93, ...Buffer.from('NUMPY'), 1, 0, text.length, 0, ...Buffer.from(text), ...values);
}
const header = (descr: string, shape: string, fortran = 'False'): string =>
  `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': ${shape}, }`;

describe('parseNpy', () => {
  it('reads what numpy.save wrote', () => {
    // np.save of np.array([[1.5, -2.0]], dtype='<f4'), the bytes of NumPy 1.24.
    const hex =
      '934e554d5059010076007b276465736372273a20273c6634272c2027666f727472616e5f6f72646572273a2046616c73652c20277368617065273a' +
      `2028312c2032292c207d${'20'.repeat(58)}0a0000c03f000000c0`;
    const { data, shape } = parseNpy(Uint8Array.from(Buffer.from(hex, 'hex')));
    expect([...data]).toEqual([1.5, -2]);
    expect(shape).toEqual([1, 2]);
  });

  it('reads every kind of number, in either byte order', () => {
    const read = (descr: string, bytes: number[]): number[] => [
      ...parseNpy(npy(header(descr, '(1,)'), Uint8Array.from(bytes))).data,
    ];
    expect(read('>f4', [0x3f, 0xc0, 0, 0])).toEqual([1.5]);
    expect(read('<f8', [0, 0, 0, 0, 0, 0, 0xf8, 0x3f])).toEqual([1.5]);
    expect(read('<f2', [0, 0x3e])).toEqual([1.5]);
    expect(read('<f2', [1, 0])).toEqual([2 ** -24]);
    expect(read('|i1', [0xff])).toEqual([-1]);
    expect(read('|u1', [0xff])).toEqual([255]);
    expect(read('|b1', [1])).toEqual([1]);
    expect(read('>i2', [0xff, 0xfe])).toEqual([-2]);
    expect(read('<i8', [0xfe, 255, 255, 255, 255, 255, 255, 255])).toEqual([-2]);
  });

  it('reads Fortran order', () => {
    // np.asfortranarray([[1, 2, 3], [4, 5, 6]])
    const { data } = parseNpy(npy(header('|u1', '(2, 3)', 'True'), Uint8Array.of(1, 4, 2, 5, 3, 6)));
    expect([...data]).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('reads scalars and empty arrays', () => {
    expect(parseNpy(npy(header('|u1', '()'), Uint8Array.of(7))).shape).toEqual([]);
    expect(parseNpy(npy(header('<f4', '(0, 3)'), new Uint8Array(0))).shape).toEqual([0, 3]);
  });

  it.each([
    ['not NumPy', Uint8Array.from(Buffer.from('hello, world')), /does not begin/],
    ['cut off', npy(header('<f4', '(2,)'), new Uint8Array(4)), /takes \d+ bytes in all/],
    ['huge', npy(header('<f4', '(99999999999999999,)'), new Uint8Array(4)), /no shape/],
    ['objects', npy(header('|O', '(1,)'), new Uint8Array(4)), /values of type '\|O'/],
    ['a strange header', npy("{'shape': ()}", new Uint8Array(0)), /its header is/],
    ['beyond doubles', npy(header('<u8', '(1,)'), new Uint8Array(8).fill(255)), /beyond 2\^53/],
  ])('refuses what is %s', (_, bytes, message) => {
    expect(() => parseNpy(bytes, 'x.npy')).toThrow(FormatError);
    expect(() => parseNpy(bytes, 'x.npy')).toThrow(message);
  });

  it('never throws anything else, whatever the bytes', () => {
    const whole = writeNpy({ data: Float32Array.of(1, 2, 3), shape: [3] });
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), fc.nat(whole.length), (at, byte, length) => {
        const damaged = whole.slice(0, length);
        if (at < length) damaged[at] = byte;
        try {
          parseNpy(damaged);
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
        }
      }),
    );
  });
});

describe('writeNpy and writeNpz', () => {
  it('write what is read back', async () => {
    for (const data of [
      Float32Array.of(1.5, -2),
      Float64Array.of(0.1, 2),
      Int32Array.of(-7, 9),
      Uint16Array.of(3, 4),
    ]) {
      const back = parseNpy(writeNpy({ data, shape: [2, 1] }));
      expect(back.data).toEqual(data);
      expect(back.shape).toEqual([2, 1]);
    }
    const arrays = { x: { data: Float32Array.of(1, 2), shape: [2] }, y: { data: Uint8Array.of(3), shape: [1] } };
    expect(await readNpz(await writeNpz(arrays))).toEqual(arrays);
  });

  it('begin their values at a multiple of 64 bytes, as NumPy asks', () => {
    const bytes = writeNpy({ data: Uint8Array.of(42), shape: [1] });
    expect(bytes.lastIndexOf(42) % 64).toBe(0);
  });

  it('refuse damaged archives', async () => {
    const bytes = await writeNpz({ x: { data: Float32Array.of(1), shape: [1] } });
    await expect(readNpz(bytes.slice(0, 20), 'x.npz')).rejects.toThrow(FormatError);
    await expect(readNpz(new Uint8Array(100), 'x.npz')).rejects.toThrow(/x\.npz: not a zip archive/);
  });
});
