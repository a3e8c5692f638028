import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Secrets } from '../../../../src/lib/aws/secrets.ts';
import { natsUser } from '../../../../src/lib/fleet/identity.ts';
import type { ServerFiles } from '../../../../src/lib/pki/files.ts';
import { goBack } from '../../../../src/lib/tls/services/go-back.ts';
import type { TlsContext, TlsStep } from '../../../../src/lib/tls/steps.ts';
import { makeStranger } from '../../../../src/lib/verify/stranger.ts';
import { FLEET } from '../../../support/kept/kept.ts';
import { type NatsCluster, startNats } from '../../nats/cluster.ts';
import { SETTINGS } from '../../nats/settings.ts';

let cluster: NatsCluster;
let good: ServerFiles;
let stranger: ServerFiles;
beforeAll(async () => {
  cluster = await startNats({ size: 2, services: [SETTINGS] });
  const { cert, key } = cluster.identity('settings');
  const ca = readFileSync(cluster.ca, 'utf8');
  good = { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8'), ca };
  stranger = { ...(await makeStranger(natsUser(FLEET, 'settings'))), ca };
});
afterAll(async () => await cluster?.stop());

/** The wanted bundle is current, and this was before it. */
async function back(before: ServerFiles | undefined, now = NEW) {
  const moved: unknown[] = [];
  const steps: TlsStep[] = [];
  const aws: Pick<Secrets, 'staged' | 'moveCurrent'> = {
    staged: async (_, stage) => {
      const bundle = stage === 'AWSCURRENT' ? now : before;
      return bundle && { id: stage, value: JSON.stringify(bundle) };
    },
    moveCurrent: async (_, versions) => void moved.push(versions),
  };
  const context = {
    ...{ fleet: { environment: { nats: { nodes: cluster.nodes } } }, lock: { keep: async () => undefined } },
    tell: (step: TlsStep) => void steps.push(step),
  } as unknown as TlsContext;
  const kept = await goBack([{ service: SETTINGS, bundle: NEW }], aws, context);
  return { moved, kept, told: steps.map(({ type }) => type) };
}
const NEW = { cert: 'new', key: 'new', ca: 'new' };
const BACK = { moved: [{ from: 'AWSCURRENT', to: 'AWSPREVIOUS' }], kept: [], told: ['went-back'] };

describe('a secret', () => {
  it('says again what it said before', async () => {
    expect(await back(good)).toEqual(BACK);
  });

  it('does so while a node is away, which refuses nobody', async () => {
    cluster.process('nats-2').kill('SIGSTOP');
    expect(await back(good)).toEqual(BACK);
    cluster.process('nats-2').kill('SIGCONT');
  });

  it.each([
    ['that a node would refuse', () => stranger, /nats-1: it refuses our certificate/],
    ['that is none', () => undefined, /none before it/],
  ])('keeps what it says before a bundle %s', async (_, before, why) => {
    const { moved, kept } = await back(before());
    expect({ moved, kept }).toEqual({
      ...{ moved: [], kept: [{ service: 'settings', why: expect.stringMatching(why) }] },
    });
  });

  it('that says something else by now is left alone', async () => {
    expect(await back(stranger, good)).toEqual({ moved: [], kept: [], told: [] });
  });
});
