import { expect, it } from 'vitest';
import { sealer } from '../../../services/ai-integration/sealed.ts';

const SECRET = 'sk-secret-ç';
const one = sealer('what all tasks share');

it('opens what another task with the same secret has sealed, for what it was sealed for', () => {
  const sealed = one.seal(SECRET, 'acme https://a');
  expect(sealer('what all tasks share').open(sealed, 'acme https://a')).toBe(SECRET);
  expect(Buffer.from(sealed, 'base64').toString('latin1')).not.toContain('sk-');
  expect(one.seal(SECRET, 'acme https://a')).not.toBe(sealed);
});

it('opens nothing for anything else, under another secret, or that was changed', () => {
  const sealed = one.seal(SECRET, 'acme https://a');
  expect(one.open(sealed, 'acme https://b')).toBeUndefined();
  expect(sealer('another').open(sealed, 'acme https://a')).toBeUndefined();
  const bytes = Buffer.from(sealed, 'base64');
  for (const at of [0, 20, 40, bytes.length - 1]) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(one.open(changed.toString('base64'), 'acme https://a')).toBeUndefined();
  }
  for (const nonsense of ['', 'AAAA', 'not base64 at all'])
    expect(one.open(nonsense, 'acme https://a')).toBeUndefined();
});
