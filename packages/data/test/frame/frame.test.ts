import { ConfigError, FormatError, type Tensor } from '@nablajs/tensor';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { Frame, readCsv, readParquet, TableEncoder } from '../../src/index.ts';

const list = (frame: Frame, name: string): unknown[] => [...frame.column(name).values];

describe('readCsv', () => {
  it('tells numbers from words, and finds gaps', async () => {
    const frame = await readCsv('name,age,height\nAda, 36 ,1.65\nBob,,NA\n"Lee, Jr.",-1e2,.5\n');
    expect(frame.names).toEqual(['name', 'age', 'height']);
    expect(list(frame, 'name')).toEqual(['Ada', 'Bob', 'Lee, Jr.']);
    expect(list(frame, 'age')).toEqual([36, Number.NaN, -100]);
    expect(list(frame, 'height')).toEqual([1.65, Number.NaN, 0.5]);
  });

  it('reads quotes as RFC 4180 has them, other delimiters, a byte order mark and Windows lines', async () => {
    const frame = await readCsv('\uFEFFa;b\r\n"x ""y""\nz";2\r\n');
    expect(list(frame, 'a')).toEqual(['x "y"\nz']);
    expect(list(frame, 'b')).toEqual([2]);
    expect(list(await readCsv(Buffer.from('café\nà')), 'café')).toEqual(['à']);
  });

  it('takes names, numbers columns, and leaves text alone where asked', async () => {
    expect((await readCsv('1,2', { header: false })).names).toEqual(['column1', 'column2']);
    const named = await readCsv('01067,2', { header: ['code', 'n'], text: ['code'] });
    expect(list(named, 'code')).toEqual(['01067']);
  });

  it.each([
    ['a,b\n1,2\n3\n', /row 3 has 1 cells, expected 2 \(a, b\)/],
    ['a,a\n1,2\n', /two columns are called 'a'/],
    ['a,b\n"1,2\n', /row/],
    ['', /is empty/],
  ])('refuses %j', async (text, message) => {
    await expect(readCsv(text, {}, 'x.csv')).rejects.toThrow(FormatError);
    await expect(readCsv(text, {}, 'x.csv')).rejects.toThrow(message);
  });
});

describe('readParquet', () => {
  it('reads columns of all kinds', async () => {
    const bytes = new Uint8Array(
      parquetWriteBuffer({
        columnData: [
          { name: 'n', data: [1, 2, 3], type: 'INT32' },
          { name: 'big', data: [1n, 2n, 3n], type: 'INT64' },
          { name: 'word', data: ['a', null, 'c'], type: 'STRING' },
          { name: 'truth', data: [true, false, true], type: 'BOOLEAN' },
        ],
      }),
    );
    const frame = await readParquet(bytes);
    expect(list(frame, 'n')).toEqual([1, 2, 3]);
    expect(list(frame, 'big')).toEqual([1, 2, 3]);
    expect(list(frame, 'word')).toEqual(['a', null, 'c']);
    expect(list(frame, 'truth')).toEqual([1, 0, 1]);
    expect((await readParquet(bytes, { columns: ['word'] })).names).toEqual(['word']);
    await expect(readParquet(bytes, { columns: ['x'] })).rejects.toThrow(/has no column 'x'/);
    await expect(readParquet(bytes.slice(0, -9), {}, 'x.parquet')).rejects.toThrow(FormatError);
  });
});

describe('Frame', () => {
  const frame = Frame.from({ a: [1, 2, null], b: ['x', null, 'z'], c: [true, false, true] });

  it('selects, drops and takes', () => {
    expect(frame.select(['c', 'a']).names).toEqual(['c', 'a']);
    expect(frame.drop(['a']).names).toEqual(['b', 'c']);
    expect(list(frame.take([2, 0]), 'b')).toEqual(['z', 'x']);
    expect(frame.dropMissing().rows).toBe(1);
    expect(() => frame.column('A')).toThrow(/Did you mean 'a'/);
    expect(() => frame.column('q')).toThrow(/no column 'q'\. Its columns/);
    expect(() => frame.take([3])).toThrow(ConfigError);
  });

  it('prints its beginning', () => {
    expect(frame.toString()).toBe(
      [
        '     a  b          c',
        'number  text  number',
        '     1  x          1',
        '     2             0',
        '   NaN  z          1',
        '3 rows',
      ].join('\n'),
    );
  });
});

describe('TableEncoder', () => {
  const train = Frame.from({
    id: ['r1', 'r2', 'r3', 'r4'],
    age: [10, 20, null, 30],
    city: ['Oslo', 'Rome', 'Oslo', null],
    same: [5, 5, 5, 5],
    fare: [1.5, 2.5, 3.5, 4.5],
    survived: [0, 1, 1, 0],
  });

  it('standardises numbers, spreads words, and marks gaps', async () => {
    const encoder = TableEncoder.fit(train, { target: 'survived', ignore: ['id', 'fare'] });
    expect(encoder.featureNames).toEqual(['age', 'age missing', 'city=Oslo', 'city=Rome', 'same']);
    expect(encoder.classes).toEqual(['0', '1']);
    const deviation = Math.sqrt(200 / 3);
    const batch = (await encoder.dataset(train).batch(4)[Symbol.asyncIterator]().next()).value!;
    const x = (await (batch.x as Tensor).array()) as number[][];
    const expected = [
      [-10 / deviation, 0, 1, 0, 0],
      [0, 0, 0, 1, 0],
      [0, 1, 1, 0, 0],
      [10 / deviation, 0, 0, 0, 0],
    ];
    for (const [i, row] of expected.entries())
      for (const [j, value] of row.entries()) expect(x[i]![j]).toBeCloseTo(value, 5);
    expect(await (batch.y as Tensor).array()).toEqual([0, 1, 1, 0]);
  });

  it('does the same after JSON, also to words it never saw', async () => {
    const encoder = new TableEncoder(
      JSON.parse(JSON.stringify(TableEncoder.fit(train, { target: 'fare', ignore: ['id'] }))),
    );
    expect(encoder.encoding.target.kind).toBe('number');
    expect(encoder.decode(0)).toBeCloseTo(3);
    const other = Frame.from({ age: [20], city: ['Bonn'], same: [5], survived: [1], fare: [2] });
    const column = encoder.features(other);
    await column.load();
    const [row] = (await column.gather(Uint32Array.of(0)).array()) as number[][];
    expect(row!.slice(0, 5)).toEqual([0, 0, 0, 0, 0]);
  });

  it('explains what it cannot encode', () => {
    expect(() => TableEncoder.fit(train, { target: 'surived' })).toThrow(/Did you mean 'survived'/);
    expect(() => TableEncoder.fit(train, { target: 'same' })).toThrow(/nothing to predict/);
    expect(() => TableEncoder.fit(train, { target: 'age', maxCategories: 3 })).toThrow(/'id' holds 4 different words/);
    const encoder = TableEncoder.fit(train, { target: 'city', ignore: ['id'] });
    expect(() => encoder.targets(train)).toThrow(/row 4 has no 'city'/);
  });
});
