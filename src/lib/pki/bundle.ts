import type { ServerFiles } from './files.ts';

/** As Secrets Manager keeps it, and the task gets it in TLS_BUNDLE. */
export function bundleText({ cert, key, ca }: ServerFiles): string {
  return JSON.stringify({ cert, key, ca });
}

/** @returns undefined for what is no bundle */
export function parseBundle(text: string | undefined): ServerFiles | undefined {
  try {
    const { cert, key, ca } = JSON.parse(text ?? '') as Record<string, unknown>;
    return typeof cert === 'string' && typeof key === 'string' && typeof ca === 'string'
      ? { cert, key, ca }
      : undefined;
  } catch {
    return undefined;
  }
}
