/** Milliseconds until it is given up. */
const PATIENCE = 120_000;

/**
 * From the start of `deploy` on a platform that runs nothing yet until `verify` has seen every task healthy and has an
 * answer of each. Alarms and scaling are told of services that are there, so they come later.
 * @param attempt runs gsys: its arguments to {status, ms, stdout}
 * @returns milliseconds of `deploy` alone and of all, and how many tasks have answered
 */
export function measureDeployment(attempt) {
  const started = performance.now();
  const deploy = attempt('deploy', '--yes');
  if (deploy.status !== 0) throw new Error(`deploy exited with ${deploy.status}: ${deploy.stdout}`);
  for (;;) {
    const { status, stdout } = attempt('verify', '--skip', 'alarms.*', '--skip', 'ecs.scaling');
    const all = performance.now() - started;
    const [, some, of] = /(\d+) of (\d+) tasks answered/.exec(stdout) ?? [];
    if (status === 0 && some !== undefined && some === of)
      return { deploy: deploy.ms, all, tasks: Number(of) };
    if (all > PATIENCE) throw new Error(`not verified in ${PATIENCE / 1000} s: ${stdout}`);
  }
}
