/** Is it a pattern of events: words, `*` for one of them, `>` for one or more at the end? */
export function isEventPattern(pattern: string): boolean {
  return /^evt(\.([a-z0-9_]+|\*))*(\.([a-z0-9_]+|\*|>))$/.test(pattern);
}

/** The pattern of all subjects that fit both, or undefined when there are none. It is always one pattern. */
export function intersection(one: string, other: string): string | undefined {
  const [a, b] = [one.split('.'), other.split('.')];
  const tokens: string[] = [];
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const [left, right] = [a[i], b[i]];
    if (left === undefined || right === undefined) return undefined;
    if (left === '>') return [...tokens, ...b.slice(i)].join('.');
    if (right === '>') return [...tokens, ...a.slice(i)].join('.');
    if (left !== '*' && right !== '*' && left !== right) return undefined;
    tokens.push(left === '*' ? right : left);
  }
  return tokens.join('.');
}

export function covers(pattern: string, other: string): boolean {
  return intersection(pattern, other) === other;
}

/**
 * Patterns without those that another one covers. Two that overlap otherwise cannot both be had: what fits both
 * would come twice.
 * @returns the first such pair instead
 */
export function distinct(patterns: string[]): string[] | { overlap: [string, string] } {
  const unique = [...new Set(patterns)];
  const kept = unique.filter(
    (pattern) => !unique.some((other) => other !== pattern && covers(other, pattern)),
  );
  for (const [i, pattern] of kept.entries())
    for (const other of kept.slice(i + 1))
      if (intersection(pattern, other) !== undefined) return { overlap: [pattern, other] };
  return kept;
}
