/** How many letters may be wrong, at most a third. */
const FAR = 3;

/** Names that somebody may have meant, the nearest first. Pure. */
export function nearNames(name: string, names: readonly string[]): string[] {
  const wanted = name.toLowerCase();
  return names
    .map((candidate) => ({ candidate, far: distance(wanted, candidate) }))
    .filter(({ candidate, far }) => far <= Math.min(FAR, candidate.length / FAR) || isPart(wanted, candidate))
    .sort((a, b) => a.far - b.far)
    .map(({ candidate }) => candidate)
    .slice(0, FAR);
}

/** `mesh`, `reach` or `nats` of `nats.mesh`. */
function isPart(wanted: string, candidate: string): boolean {
  return wanted.length >= FAR && candidate.includes(wanted);
}

/** Letters to put in, to leave out or to change: https://en.wikipedia.org/wiki/Levenshtein_distance */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (const [i, letter] of [...from].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...to].entries()) {
      const change = (row[j] as number) + (letter === other ? 0 : 1);
      next.push(Math.min(change, (row[j + 1] as number) + 1, (next[j] as number) + 1));
    }
    row = next;
  }
  return row.at(-1) as number;
}
