import { type ConfigMap, ConfigSyntaxError, parseConfig } from '../../nats/config-text.ts';
import type { Info } from '../../nats/handshake.ts';
import { configTag } from '../../nats/server-config.ts';

/**
 * From no TLS to mapped certificates, one change at a time; docs/decisions/turning-tls-on.md.
 * - `plain`: no TLS anywhere
 * - `mixed`: clients come with TLS or without, and are the same user; routes are plain
 * - `routes`: the same, and routes that are made from now on are encrypted
 * - `mapped`: as the definition says: nobody gets in without a certificate, which says who it is
 */
export const RUNGS = ['plain', 'mixed', 'routes', 'mapped'] as const;
export type Rung = (typeof RUNGS)[number];

/** What a node is to have where gsys makes it. */
export type Rendered = Record<Exclude<Rung, 'plain'>, string>;

/** What a configuration makes of a node; undefined of one that is on no rung, or is not understood. */
export function rungOf(text: string | undefined): Rung | undefined {
  const config = parsed(text);
  if (config === undefined) return undefined;
  const [tls, cluster] = [mapIn(config.tls), mapIn(config.cluster)];
  const encrypted = mapIn(cluster?.tls) !== undefined;
  const open = config.allow_non_tls === true;
  if (tls === undefined) return encrypted || open ? undefined : 'plain';
  if (tls.verify_and_map === true) return encrypted && !open ? 'mapped' : undefined;
  if (tls.verify !== true || !open) return undefined;
  return encrypted ? 'routes' : 'mixed';
}

/**
 * What a server runs as, by how it greets and by the tag that it tells; what lies in its file may not be loaded.
 * @param tags none where it could not be asked @returns undefined where it cannot be said
 */
export function loadedRung(
  info: Pick<Info, 'tls_required' | 'tls_available'>,
  tags: string[],
  rendered: Rendered,
  file: string | undefined,
): Rung | undefined {
  const has = (text: string | undefined) => tags.includes((text && configTag(text)) ?? '');
  if (!info.tls_required && !info.tls_available) return 'plain';
  const known = (['mixed', 'routes', 'mapped'] as const).find((rung) => has(rendered[rung]));
  const rung = known ?? (has(file) ? rungOf(file) : undefined);
  return (rung === 'mapped') === (info.tls_required === true) ? rung : undefined;
}

function parsed(text: string | undefined): ConfigMap | undefined {
  try {
    return text === undefined ? undefined : parseConfig(text);
  } catch (error) {
    if (error instanceof ConfigSyntaxError) return undefined;
    throw error;
  }
}

function mapIn(value: ConfigMap[string] | undefined): ConfigMap | undefined {
  return typeof value === 'object' && !Array.isArray(value) ? value : undefined;
}
