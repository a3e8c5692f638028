// biome-ignore-all lint/suspicious/noTemplateCurlyInString: placeholders are what is tested
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { renderTemplate } from '../../../src/lib/release/template.ts';

function template(text: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'gsys-template-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'template.json');
  writeFileSync(file, text);
  return file;
}

describe('a template', () => {
  it('takes the type of the value where a string is nothing but a placeholder', () => {
    const file = template('{"port": "${port}", "url": "http://host:${port}/", "tags": "${tags}"}');
    expect(renderTemplate(file, { port: 80, tags: [1] })).toEqual({
      port: 80,
      url: 'http://host:80/',
      tags: [1],
    });
  });

  it('reaches into values by dots', () => {
    expect(renderTemplate(template('["${health.interval}"]'), { health: { interval: 10 } })).toEqual([10]);
  });

  it('names every placeholder that nothing fills, with its line', () => {
    const file = template('{\n  "a": "${known}",\n  "b": "${missing}",\n  "c": "x${other}"\n}');
    expect(() => renderTemplate(file, { known: 1 })).toThrow(
      expect.objectContaining({
        code: 'INVALID_DEFINITION',
        details: [`${file}:3: nothing fills \${missing}`, `${file}:4: nothing fills \${other}`],
      }),
    );
  });

  it('says so when the file is no JSON', () => {
    expect(() => renderTemplate(template('{'), {})).toThrow(/is not JSON/);
  });
});
