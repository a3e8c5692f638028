import { get } from 'node:http';
import { healthAddress } from './environment.ts';

/** The container's health command: exit 0 when the task calls itself healthy, 1 in every other case. */

/** Shorter than the shortest timeout ECS allows for the command (2 s), so that the verdict is ours. */
const TIMEOUT_MS = 1_500;

const request = get({ ...healthAddress(), path: '/health', timeout: TIMEOUT_MS }, (response) => {
  process.exit(response.statusCode === 200 ? 0 : 1);
});
request.on('timeout', () => process.exit(1));
request.on('error', () => process.exit(1));
