/** Says which major version of Node an image of `gsys build` was made for. */
export const NODE_LABEL = 'gsys.node';

/** @returns why an image cannot run on this machine's Node, or undefined when it can or does not want to */
export function otherNode(labels: Record<string, string>): string | undefined {
  const wanted = labels[NODE_LABEL];
  const { node } = process.versions;
  if (wanted === undefined || wanted === node.split('.')[0]) return undefined;
  return `the image was built for Node ${wanted}, and this machine runs Node ${node}`;
}
