// How soon `gsys logs -f` shows a line, and how many a second it keeps up with; against a platform that is up.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { median } from './start-up.mjs';

const GROUP = '/ecs/gaming-system-nats';
const STREAM = 'settings-nats/settings-nats';
const TEXT = 'a line of about the length that services write: '.padEnd(160, 'x');

/**
 * From before a line is sent to CloudWatch Logs until `logs -f` has printed it, one line at a time.
 * @returns milliseconds: the median and the longest
 */
export async function measureLatency(env, endpoint, lines = 60) {
  const target = await openTarget(endpoint);
  const follower = await follow(env, target);
  const times = [];
  for (let i = 0; i < lines; i++) {
    const started = performance.now();
    await target.put([`latency ${i}`]);
    times.push((await follower.printed(`latency ${i}`)) - started);
    // Not in step with anybody's clock.
    await sleep(100 + ((i * 373) % 900));
  }
  follower.end();
  return { p50: median(times), max: Math.max(...times) };
}

/**
 * Writes so many lines a second for some seconds.
 * @returns how many lines were written, came, and were printed; and milliseconds that the last one came after its writing
 */
export async function measureThroughput(env, endpoint, perSecond = 5000, seconds = 10) {
  const target = await openTarget(endpoint);
  const follower = await follow(env, target);
  const BATCHES = 5;
  const started = performance.now();
  for (let i = 0; i < seconds * BATCHES; i++) {
    const batch = Array.from({ length: perSecond / BATCHES }, (_, n) => `${TEXT} ${i}.${n}`);
    await target.put(batch);
    await sleep(Math.max(0, started + ((i + 1) * 1000) / BATCHES - performance.now()));
  }
  const written = performance.now();
  await target.put(['the last one']);
  const shown = await follower.printed('the last one');
  const expected = seconds * perSecond;
  const deadline = performance.now() + 30_000;
  while (follower.distinct(TEXT) < expected && performance.now() < deadline) await sleep(50);
  const done = performance.now();
  follower.end();
  return {
    written: expected,
    came: follower.distinct(TEXT),
    printed: follower.count(TEXT),
    behind: Math.max(done, shown) - written,
  };
}

async function openTarget(endpoint) {
  const client = new CloudWatchLogsClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'gsys', secretAccessKey: 'gsys' },
  });
  const logStreamName = `${STREAM}/bench${Date.now()}`;
  const unlessThere = (error) => {
    if (error.name !== 'ResourceAlreadyExistsException') throw error;
  };
  await client.send(new CreateLogGroupCommand({ logGroupName: GROUP })).catch(unlessThere);
  await client.send(new CreateLogStreamCommand({ logGroupName: GROUP, logStreamName }));
  return {
    task: logStreamName.split('/').at(-1),
    put: (messages) =>
      client.send(
        new PutLogEventsCommand({
          logGroupName: GROUP,
          logStreamName,
          logEvents: messages.map((message) => ({ timestamp: Date.now(), message })),
        }),
      ),
  };
}

/** A follower that shows lines already, and what it printed. */
async function follow(env, target) {
  const args = ['bin/run.js', 'logs', 'settings', '-f', '--since', '1s', '--json'];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const printed = new Map();
  const lines = [];
  let wake = () => {};
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { message, task } = JSON.parse(line);
    if (task !== target.task) return;
    printed.set(message, performance.now());
    lines.push(message);
    wake();
  });
  const until = async (message) => {
    while (!printed.has(message))
      await new Promise((resolve) => {
        wake = resolve;
      });
    return printed.get(message);
  };
  await target.put(['is it there?']);
  await until('is it there?');
  // Over the hand-over from history to live.
  await sleep(2000);
  return {
    printed: until,
    count: (text) => lines.filter((message) => message.startsWith(text)).length,
    distinct: (text) => [...printed.keys()].filter((message) => message.startsWith(text)).length,
    end: () => child.kill('SIGINT'),
  };
}
