import { mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gsys, start } from '../support/cli.ts';
import { fleetFolder } from '../support/fleet-folder.ts';
import { until } from '../support/until.ts';

/** Whatever a check keeps meanwhile is below this. */
const temporary = mkdtempSync(path.join(tmpdir(), 'gsys-build-'));
const definition = fleetFolder();
const options = { cwd: definition.root, env: { TMPDIR: temporary } };
const events = (stdout: string) => stdout.split('\n').map((line) => JSON.parse(line));

/** Pids of everything that works below the folder. */
const running = () =>
  readdirSync('/proc').filter((pid) => {
    try {
      return readlinkSync(`/proc/${pid}/cwd`).startsWith(temporary);
    } catch {
      return false;
    }
  });

beforeAll(() => {
  definition.write('services/stuck/service.yaml', { purpose: 'never gets ready', endpoints: [] });
  definition.write(
    'services/stuck/main.ts',
    `import { createServer } from 'node:http';
createServer((_, response) => response.writeHead(503).end()).listen(Number(process.env.HEALTH_PORT));
console.log('stuck\\u001b[2J');
`,
  );
  definition.write('services/eager/service.yaml', { purpose: 'is ready too soon', endpoints: [] });
  definition.write(
    'services/eager/main.ts',
    `import { createServer } from 'node:http';
createServer((_, response) => response.end()).listen(Number(process.env.HEALTH_PORT));
console.log('eager\\u001b[2J');
`,
  );
});
afterAll(() => {
  definition.remove();
  rmSync(temporary, { recursive: true, force: true });
});

describe('build --check', () => {
  it('tells of each image, and ends with 0 when all behave', async () => {
    const { code, stdout } = await gsys(['build', 'settings', '--check', '--json'], options);
    expect(code).toBe(0);
    expect(events(stdout)).toMatchObject([
      { schema: 'gsys/build/v1', type: 'built', service: 'settings', base: 'machine' },
      { type: 'checked', service: 'settings' },
      { type: 'result', built: 1, unchanged: 0, checked: 1 },
    ]);
  });

  it('names the image that does not, the step and its last lines, and ends with 1', async () => {
    const { code, stdout, stderr } = await gsys(['build', 'eager', '--check'], options);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^failed {5}eager {2}[0-9a-f]{12} {2}without NATS: \/ready answers 200, not 503\n {11}\| eager$/m,
    );
    expect(stderr).toContain('an image does not behave as a task: eager');
    const json = await gsys(['build', 'eager', '--check', '--json'], options);
    expect(events(json.stdout).at(-1)).toMatchObject({ error: { code: 'CHECK_FAILED', exitCode: 1 } });
  });

  it.each([1, 2])('that hears Ctrl-C %i times ends what it started', async (times) => {
    const check = start(['build', 'stuck', '--check'], options);
    await until('it runs the image and NATS', () => running().length > 1);
    for (let i = 0; i < times; i++) check.kill('SIGINT');
    expect((await check).exitCode).toBe(130);
    expect(running()).toEqual([]);
    expect(readdirSync(temporary)).toEqual([]);
  });
});
