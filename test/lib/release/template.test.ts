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

  it('names every line that wants the same', () => {
    const file = template('{\n  "a": "${missing}",\n  "b": "${missing}"\n}');
    expect(() => renderTemplate(file, {})).toThrow(
      expect.objectContaining({
        details: [2, 3].map((line) => `${file}:${line}: nothing fills \${missing}`),
      }),
    );
  });

  it.each([
    ['is never closed', '"x${name"', 'a placeholder is left over: ${name'],
    ['stands in a key', '{"${name}": 1}', 'a placeholder is left over: ${name}'],
    ['has spaces', '"${ name }"', 'nothing fills ${ name }'],
    ['names what every object has', '"${constructor}"', 'nothing fills ${constructor}'],
    ['reaches into text', '"${name.length}"', 'nothing fills ${name.length}'],
    ['would put an object into text', '"x${health}"', '${health} is no text: it must stand alone'],
  ])('refuses a placeholder that %s', (_what, text, problem) => {
    const file = template(`[\n${text}\n]`);
    expect(() => renderTemplate(file, { name: 'a', health: {} })).toThrow(
      expect.objectContaining({ code: 'INVALID_DEFINITION', details: [`${file}:2: ${problem}`] }),
    );
  });

  it('leaves alone what a value brings', () => {
    expect(renderTemplate(template('["${a}", "x${a}"]'), { a: '${b}' })).toEqual(['${b}', 'x${b}']);
  });

  it.each([
    ['an end that is missing', '{\n"a": 1\n', 3, 'Expected'],
    ['a placeholder without quotes', '{\n"a": 1,\n"b": ${port},\n"c": 1}', 3, "Unexpected token '$'"],
    ['a comma too many', '{\n"a": 1,\n}', 3, 'Expected double-quoted property name'],
    ['nothing', '', 1, 'Unexpected end of JSON input'],
  ])('says in which line of a file that is no JSON there is %s', (_what, text, line, why) => {
    const file = template(text);
    expect(() => renderTemplate(file, {})).toThrow(
      expect.objectContaining({
        code: 'INVALID_DEFINITION',
        message: expect.stringContaining(`${file}:${line}: is not JSON: ${why}`),
      }),
    );
  });
});
