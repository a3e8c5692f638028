/** Does a NATS filter (`*` one token, `>` one or more at the end) cover a subject? */
export function subjectMatches(filter: string, subject: string): boolean {
  const wanted = filter.split('.');
  const tokens = subject.split('.');
  for (const [i, want] of wanted.entries()) {
    if (want === '>') return tokens.length > i;
    if (tokens[i] === undefined || (want !== '*' && want !== tokens[i])) return false;
  }
  return wanted.length === tokens.length;
}
