import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';

/** What must be found nowhere: the text of every key below these folders, whatever it is wrapped in, and these words. */
export function traitors(folders: string[], words: string[]): string[] {
  const keys = folders
    .flatMap(filesIn)
    .filter((file) => path.basename(file) === 'key.pem')
    // Its first line is alike in all keys of a length.
    .flatMap((file) => readFileSync(file, 'utf8').split('\n').slice(2, 3));
  const marks = ['PRIVATE KEY', ...words];
  return [...new Set([...keys, ...marks, ...marks.flatMap(inBase64)])].filter((text) => text.length > 8);
}

/** Which of these are in a text, or in what is packed in it as node calls are. */
export function betrayed(text: string, secrets: string[]): string[] {
  const packed = (text.match(/H4sI[\w+/]+=*/g) ?? []).map((word) => {
    try {
      return gunzipSync(Buffer.from(word, 'base64')).toString('utf8');
    } catch {
      return '';
    }
  });
  const all = [text, ...packed].join('\n');
  return secrets.filter((secret) => all.includes(secret));
}

/** Files below a folder that tell one of these. */
export function tellingFiles(folder: string, secrets: string[]): string[] {
  return filesIn(folder).filter((file) => betrayed(readFileSync(file, 'latin1'), secrets).length > 0);
}

/** As a text shows in base64, wherever in it it begins: without the letters that its neighbours have a part in. */
function inBase64(text: string): string[] {
  return [0, 1, 2].map((before) =>
    Buffer.from(' '.repeat(before) + text)
      .toString('base64')
      .replace(/=*$/, '')
      .slice(before === 0 ? 0 : before + 1, -2),
  );
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}
