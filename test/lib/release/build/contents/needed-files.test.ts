import { expect, it } from 'vitest';
import { neededFiles } from '../../../../../src/lib/release/build/contents/needed-files.ts';

const place = { workingDirectory: '/app', search: '/usr/bin:/bin' };
const needed = (...command: string[]) => neededFiles(command, place).map(({ anyOf }) => anyOf[0]);

it.each([
  ['a script of the working directory', ['CMD', 'node', 'health.js'], ['usr/bin/node', 'app/health.js']],
  ['a script by its whole name', ['CMD', '/n/node', '-r', 'x', '/h.js'], ['n/node', 'h.js']],
  ['a script that is an argument', ['CMD', 'node', '-e', 'x()'], ['usr/bin/node']],
  ['a program with arguments', ['CMD', 'curl', '-f', 'http://localhost/'], ['usr/bin/curl']],
  ['a shell and what it starts', ['CMD-SHELL', 'curl -f x || exit 1'], ['bin/sh', 'usr/bin/curl']],
  [
    'a shell and a script',
    ['CMD-SHELL', 'A=b exec node health.js'],
    ['bin/sh', 'usr/bin/node', 'app/health.js'],
  ],
  ['a shell alone, for what it knows itself', ['CMD-SHELL', 'test -f /tmp/ok'], ['bin/sh']],
  ['a shell alone, for what only it can tell', ['CMD-SHELL', '"$PROBE" x'], ['bin/sh']],
  ['a program without CMD before it', ['wget', '-q', 'x'], ['usr/bin/wget']],
  ['nothing where there is no check', ['NONE'], []],
])('%s', (_, command, expected) => {
  expect(needed(...command)).toEqual(expected);
});

it('asks nothing of an image that has no health command', () => {
  expect(neededFiles(undefined, place)).toEqual([]);
});

it('looks for a program in the whole PATH, and says so in the words of a container runtime', () => {
  expect(neededFiles(['CMD', 'curl'], place)).toEqual([
    { anyOf: ['usr/bin/curl', 'bin/curl'], fault: '"curl" is not in its PATH', program: 'curl' },
  ]);
});
