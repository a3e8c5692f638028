import http from 'node:http';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { findDocker } from '../../../../src/local/runtime/docker/docker-host.ts';
import { tempFolder } from '../temp-folder.ts';

/** An Engine that answers its first questions and nothing else. */
async function engine(version: string, info: object): Promise<string> {
  const socket = path.join(tempFolder(), 'sock');
  const server = http.createServer((request, response) => {
    response.setHeader('Api-Version', version);
    response.end(request.url === '/_ping' ? 'OK' : JSON.stringify(info));
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  onTestFinished(() => void server.close());
  return `unix://${socket}`;
}
const LINUX = { OSType: 'linux', OperatingSystem: 'Debian GNU/Linux 12', SecurityOptions: ['name=seccomp'] };

describe('Docker', () => {
  it("is taken as it is when containers share this machine's network", async () => {
    const { info } = await findDocker(await engine('1.41', LINUX));
    expect(await info()).toEqual(LINUX);
  });

  it('that is not there is said in one line, with what to type', async () => {
    await expect(findDocker(`unix://${tempFolder()}/none`)).rejects.toMatchObject({
      code: 'MISSING_PROGRAM',
      message: expect.stringMatching(/^Docker does not answer at unix:.*not installed or not running\.$/),
      next: expect.stringContaining('apt-get install'),
    });
  });

  it.each([
    ['tcp://10.0.0.1:2375', 'USAGE', 'local socket'],
    ['unix:relative', 'USAGE', 'local socket'],
  ])('is not looked for at %s', async (host, code, words) => {
    await expect(findDocker(host)).rejects.toMatchObject({ code, message: expect.stringContaining(words) });
  });

  it.each([
    ['is too old', '1.40', LINUX, '1.41'],
    ['runs rootless', '1.41', { ...LINUX, SecurityOptions: ['name=rootless'] }, 'network of its own'],
    ['is a desktop', '1.47', { ...LINUX, OperatingSystem: 'Docker Desktop' }, 'network of its own'],
    ['runs Windows containers', '1.47', { ...LINUX, OSType: 'windows' }, 'windows'],
  ])('that %s is refused before anything starts', async (_, version, info, words) => {
    await expect(findDocker(await engine(version, info))).rejects.toMatchObject({
      code: 'PLATFORM_FAILED',
      message: expect.stringContaining(words),
    });
  });
});
