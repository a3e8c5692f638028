/**
 * What the task is told to run: the same command, less what sends it there, in the environment that was resolved here.
 * Pure. @param id oclif's: `alarms:list`. @param argv without the command's own words
 */
export function remoteWords(id: string, argv: string[], environment: string): string[] {
  const end = argv.indexOf('--');
  const flags = (end === -1 ? argv : argv.slice(0, end)).filter((word) => word !== '--in-vpc');
  const rest = end === -1 ? [] : argv.slice(end);
  return [...id.split(':'), ...(flags.some(isEnvironment) ? [] : ['--env', environment]), ...flags, ...rest];
}

function isEnvironment(word: string): boolean {
  return word === '--env' || word.startsWith('--env=') || /^-e/.test(word);
}
