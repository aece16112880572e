import { describe, expect, test } from 'vitest';
import { chart, figures, heat } from '../../.vitepress/figures.ts';

describe('a chart of a printed table', () => {
  const svg = chart('epoch  loss  valLoss\n    0     1     0.5\n   10   0.5       2\n');

  test('has a line for each column, from the frame to its right end, larger is higher', () => {
    const paths = [...svg.matchAll(/<path d="M([\d.]+) ([\d.]+)L([\d.]+) ([\d.]+)"/g)].map((match) =>
      match.slice(1).map(Number),
    );
    // 480 x 230 with 36, 76, 12 and 32 around; the top of the scale is 2.
    expect(paths).toEqual([
      [36, 105, 404, 151.5],
      [36, 151.5, 404, 12],
    ]);
  });

  test('names its columns, and says what it is', () => {
    expect(svg).toContain('aria-label="loss and valLoss by epoch"');
    expect(svg).toMatch(/>loss<.*>valLoss</);
  });

  test('what is no table is refused', () => {
    expect(() => chart('epoch loss\n1 nothing\n2 3')).toThrow('no table');
    expect(() => chart('epoch loss\n1 2 3\n2 3 4')).toThrow('no table');
  });
});

describe('images printed as digits', () => {
  test('become cells, side by side, darker with the digit; what is 0 stays paper', () => {
    const svg = heat('09 1\n90 0\n');
    expect(svg).toContain('viewBox="0 0 4 2"');
    expect(svg).toContain('<path fill-opacity="1" d="M1 0h1v1h-1zM0 1h1v1h-1z"/>');
    expect(svg).toContain('<path fill-opacity="0.11" d="M3 0h1v1h-1z"/>');
    expect(svg.match(/class="paper"/g)).toHaveLength(2);
  });

  test('other text is refused', () => expect(() => heat('0a\n12')).toThrow('no images'));
});

test('only the blocks that ask for a figure get one', () => {
  const markdown = {
    renderer: {
      rules: { fence: (tokens: readonly { content: string }[], i: number) => `<pre>${tokens[i]!.content}</pre>` },
    },
  };
  figures(markdown);
  const render = (info: string, content: string): string =>
    markdown.renderer.rules.fence([{ info, content } as never], 0);
  expect(render('text output', '1')).toBe('<pre>1</pre>');
  expect(render('text output chart', 'x y\n1 2\n2 3')).toMatch(/^<pre>.*<figure/s);
  expect(render('text output heat', '12')).toMatch(/^<figure.*<details.*<pre>/s);
});
