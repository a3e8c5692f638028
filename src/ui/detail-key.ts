/**
 * `v` and Enter while something runs on a terminal. The terminal is left as it is, so that Ctrl-C, Ctrl-S and Ctrl-Z mean
 * what they always do, and Enter alone leaves a gap as everybody is used to.
 * @returns what ends the listening
 */
export function onDetailKey(stdin: NodeJS.ReadStream, toggle: () => void): () => void {
  if (!stdin.isTTY) return () => undefined;
  const take = (typed: Buffer) => {
    if (typed.toString().trim().toLowerCase() === 'v') toggle();
  };
  stdin.on('data', take);
  return () => {
    stdin.off('data', take);
    stdin.pause();
  };
}
