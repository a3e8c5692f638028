/** Seconds after SIGTERM, of the 120 that gsys-runner.json grants: what is left is enough to unlock and to say why. */
const LAST_CALL = 105;

/**
 * ECS sends SIGTERM once, and SIGKILL later. The first is Ctrl-C to a command, which may finish its wave; so that it is
 * never cut off in the middle, it gets the second Ctrl-C in time.
 */
export function leaveInTime(process: NodeJS.Process): void {
  process.once('SIGTERM', () => {
    // Nobody listens before the command has been loaded, and nothing has been done then.
    if (process.listenerCount('SIGTERM') === 0) process.exit(130);
    setTimeout(() => process.emit('SIGTERM'), LAST_CALL * 1000).unref();
  });
}
