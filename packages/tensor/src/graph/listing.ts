// Graphs as text: a listing to read, and DOT to draw.

import { formatSpec } from '../spec.ts';
import type { Tensor } from '../tensor.ts';
import { attrsKey } from './attrs.ts';
import type { Attrs, Graph } from './graph.ts';
import { postOrder } from './order.ts';

/** One line per value: `%7 = matmul(%1, %3) float32[32, 10]  in "dense" (Dense)`. */
export function formatGraph(graph: Graph, labels: readonly string[] = []): string {
  const lines = graph.inputs.map((spec, i) => {
    const donated = graph.donated.includes(i) ? ' (updated in place)' : '';
    return `%${i} = input ${formatSpec(spec)}  ${labels[i] ?? ''}${donated}`.trimEnd();
  });
  let next = graph.inputs.length;
  for (const { spec } of graph.constants) lines.push(`%${next++} = constant ${formatSpec(spec)}`);
  for (const { op, operands, attrs, spec, path } of graph.code) {
    const list = operands.map((operand) => `%${operand}`).join(', ');
    const extra = attrsText(attrs);
    lines.push(`%${next++} = ${op}(${list})${extra} ${formatSpec(spec)}${path ? `  in ${path}` : ''}`);
  }
  lines.push(`return ${graph.outputs.map((output) => `%${output}`).join(', ')}`);
  return lines.join('\n');
}

function attrsText(attrs: Attrs): string {
  const text = attrsKey(attrs).replaceAll(';', ' ');
  return text === '' ? '' : ` {${text}}`;
}

/** The computation behind a tensor as a graph in DOT, the language of Graphviz: one box per op, with shapes. */
export function toDot(tensor: Tensor): string {
  const order = postOrder([tensor.node]);
  const ids = new Map(order.map((node, i) => [node, `n${i}`]));
  const lines = order.flatMap((node) => {
    const { op, source, spec, path } = node;
    const title = op?.definition.name ?? (source?.kind === 'placeholder' ? source.label : 'value');
    const label = [title, formatSpec(spec), path].filter(Boolean).join('\n');
    const shape = op === null ? 'ellipse' : 'box';
    return [
      `  ${ids.get(node)} [shape=${shape}, label=${JSON.stringify(label)}];`,
      ...node.inputs.map((input) => `  ${ids.get(input)} -> ${ids.get(node)};`),
    ];
  });
  return ['digraph {', '  rankdir=LR;', ...lines, '}'].join('\n');
}
