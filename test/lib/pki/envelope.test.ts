import { beforeAll, describe, expect, it } from 'vitest';
import { seal, unseal } from '../../../src/lib/pki/envelope.ts';

describe('an envelope', () => {
  let sealed: string;
  beforeAll(async () => {
    sealed = await seal('the key of the root', 'correct horse');
  });

  it('gives its secret back for the passphrase', async () => {
    expect(await unseal(sealed, 'correct horse')).toBe('the key of the root');
  });

  it('shows nothing of its secret', () => {
    expect(sealed).not.toContain('the key');
    expect(sealed).not.toContain(Buffer.from('the key of the root').toString('base64').slice(0, 12));
  });

  it('stays shut for another passphrase', async () => {
    await expect(unseal(sealed, 'wrong horse')).rejects.toThrow(/passphrase is wrong, or .* damaged/);
  });

  it('stays shut when its data or its cost was changed', async () => {
    const envelope = JSON.parse(sealed);
    const data = `${envelope.data.startsWith('A') ? 'B' : 'A'}${envelope.data.slice(1)}`;
    await expect(unseal(JSON.stringify({ ...envelope, data }), 'correct horse')).rejects.toThrow(/damaged/);
    const cost = { ...envelope.cost, p: 2 };
    await expect(unseal(JSON.stringify({ ...envelope, cost }), 'correct horse')).rejects.toThrow(/damaged/);
  });

  it('refuses text that is no envelope, and a cost that would exhaust the machine', async () => {
    await expect(unseal('{}', 'correct horse')).rejects.toThrow(/not an envelope/);
    const cost = { N: 2 ** 30, r: 8, p: 1 };
    await expect(unseal(JSON.stringify({ ...JSON.parse(sealed), cost }), 'x')).rejects.toThrow(
      /not an envelope/,
    );
  });
});
