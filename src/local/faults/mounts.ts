import { readFileSync } from 'node:fs';

export interface Mount {
  folder: string;
  type: string;
  options: string[];
}

/** What is mounted where, as this process sees it: proc_mounts(5); blanks in names are written in octal. */
export function mounts(): Mount[] {
  const lines = readFileSync('/proc/self/mounts', 'utf8').trim().split('\n');
  return lines.map((line) => {
    const [, folder = '', type = '', options = ''] = line.split(' ');
    const name = folder.replace(/\\(\d{3})/g, (_, code) => String.fromCharCode(Number.parseInt(code, 8)));
    return { folder: name, type, options: options.split(',') };
  });
}

export function isMount(folder: string): boolean {
  return mounts().some((mount) => mount.folder === folder);
}
