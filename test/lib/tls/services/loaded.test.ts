import { describe, expect, it } from 'vitest';
import { natsUser } from '../../../../src/lib/fleet/identity.ts';
import type { LiveConnection, NodeConnections } from '../../../../src/lib/nats/connections.ts';
import { doubtAfter, doubtBefore, type WantedLoad } from '../../../../src/lib/tls/services/loaded.ts';

const CHANGED = new Date('2026-01-01T12:00:00Z');
const BEFORE = { createdAt: new Date('2026-01-01T11:00:00Z') };
const SINCE = { createdAt: new Date('2026-01-01T12:00:01Z') };
const WANTED: WantedLoad = {
  ...{ fleet: 'lab', service: 'settings', leaf: 'new', leafTells: true, changedAt: CHANGED },
};

const connection = (leaf: string, user = natsUser('lab', 'settings')): LiveConnection => ({
  ...{ node: 'nats-1', cid: 1, name: 'settings', start: CHANGED, chain: [], user, leaf, subscriptions: [] },
});
const told = (...connections: LiveConnection[]): NodeConnections[] => [{ node: 'nats-1', connections }];
const SILENT: NodeConnections = { node: 'nats-2', connections: undefined, why: 'no answer' };

describe('tasks that should have read a bundle', () => {
  it.each([
    [
      'have, when all are connected with its leaf',
      [BEFORE, BEFORE],
      told(connection('new'), connection('new')),
    ],
    ['are none to think of, when none is to run', [], told()],
    [
      'are not taken for others',
      [BEFORE],
      told(connection('new'), connection('old', natsUser('lab', 'state'))),
    ],
  ])('%s', (_, tasks, nodes) => {
    expect(doubtBefore(WANTED, { tasks, nodes })).toBeUndefined();
    expect(doubtAfter(WANTED, { tasks, nodes })).toBeUndefined();
  });

  it.each([
    ['old', [BEFORE], told(connection('old'))],
    ['old', [BEFORE], told(connection('new'), connection('old', natsUser('lab', 'settings', 2)))],
    ['absent', [BEFORE, BEFORE], told(connection('new'))],
    ['unseen', [BEFORE], [...told(connection('new')), SILENT]],
    ['unseen', [BEFORE], [...told(connection('old')), SILENT]],
  ])('are %s otherwise', (kind, tasks, nodes) => {
    expect(doubtBefore(WANTED, { tasks, nodes })).toMatchObject({ kind });
    expect(doubtAfter(WANTED, { tasks, nodes })).toMatchObject({ kind });
  });

  it('have, when they began since; that the former ones are gone is proved all the same', () => {
    const evidence = { tasks: [SINCE], nodes: told(connection('new'), connection('old')) };
    expect(doubtBefore(WANTED, evidence)).toBeUndefined();
    expect(doubtAfter(WANTED, evidence)).toMatchObject({ kind: 'old' });
  });

  it('tell nothing by a leaf that the bundle before had too', () => {
    const wanted = { ...WANTED, leafTells: false };
    const nodes = told(connection('new'), connection('new'));
    expect(doubtBefore(wanted, { tasks: [SINCE, BEFORE], nodes })).toMatchObject({ kind: 'old' });
    expect(doubtAfter(wanted, { tasks: [SINCE, SINCE], nodes })).toBeUndefined();
  });
});
