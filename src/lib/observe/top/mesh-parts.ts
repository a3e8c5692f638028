import type { NodeLook } from '../look/nodes.ts';
import type { Source } from './source.ts';

/**
 * The nodes that answer, those together that reach each other: one part where the mesh is whole. Whoever wants to
 * reach everybody asks through one node of each. Pure.
 */
export function meshParts(nodes: Record<string, Source<NodeLook>>): string[][] {
  const seen = Object.entries(nodes).flatMap(([name, { value, lost }]) =>
    value === undefined || lost !== undefined ? [] : [{ name, id: value.id, peers: value.peers }],
  );
  const parts: (typeof seen)[] = [];
  for (const node of seen) {
    const joined = parts.filter((part) =>
      part.some(({ id, peers }) => node.peers.includes(id) || peers.includes(node.id)),
    );
    for (const part of joined) parts.splice(parts.indexOf(part), 1);
    parts.push([...joined.flat(), node]);
  }
  return parts.map((part) => part.map(({ name }) => name));
}
