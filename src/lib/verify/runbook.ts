/** Of every check: what its findings mean and what to type, as a path of gsys's repository and package. */
export function runbookOf(check: string): string {
  return `docs/runbooks/${check}.md`;
}
