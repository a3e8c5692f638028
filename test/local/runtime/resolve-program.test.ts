import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { DEFAULT_PATH, resolveProgram } from '../../../src/local/runtime/resolve-program.ts';
import { tempFolder } from './temp-folder.ts';

describe('the program of a container', () => {
  function tree() {
    const folder = tempFolder();
    mkdirSync(path.join(folder, 'usr/bin'), { recursive: true });
    mkdirSync(path.join(folder, 'app'));
    for (const file of ['usr/bin/tool', 'app/run', 'app/data']) writeFileSync(path.join(folder, file), '');
    for (const file of ['usr/bin/tool', 'app/run']) chmodSync(path.join(folder, file), 0o755);
    symlinkSync('/bin/sh', path.join(folder, 'usr/bin/sh'));
    return folder;
  }
  const resolve = (folder: string, name: string) => resolveProgram(folder, name, DEFAULT_PATH, '/app');

  it('is this Node for node, and a file of the image for everything else', () => {
    const folder = tree();
    expect(resolve(folder, 'node')).toBe(process.execPath);
    expect(resolve(folder, 'tool')).toBe(path.join(folder, 'usr/bin/tool'));
    expect(resolve(folder, '/usr/bin/tool')).toBe(path.join(folder, 'usr/bin/tool'));
    expect(resolve(folder, './run')).toBe(path.join(folder, 'app/run'));
  });

  it.each([
    ['curl', 'executable file not found in $PATH'],
    ['sh', 'executable file not found in $PATH'],
    ['/usr/bin/sh', 'no such file or directory'],
    ['../../../../bin/sh', 'no such file or directory'],
    ['./data', 'permission denied'],
    ['/app', 'is a directory'],
  ])('is not %s: %s', (name, reason) => {
    expect(() => resolve(tree(), name)).toThrow(reason);
  });
});
