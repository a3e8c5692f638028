import type { VerifyAws } from '../context.ts';

/** The same access, which notes every secret that it hands out, so that a recording can leave them out word by word. */
export function notingSecrets(aws: VerifyAws): { aws: VerifyAws; secrets: string[] } {
  const secrets: string[] = [];
  const noting: VerifyAws = {
    ...aws,
    secrets: {
      async value(name) {
        const value = await aws.secrets.value(name);
        if (value !== undefined) secrets.push(value);
        return value;
      },
    },
  };
  return { aws: noting, secrets };
}
