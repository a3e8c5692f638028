import { expect, it } from 'vitest';
import type { ConfigChange } from '../../src/lib/nats/config-diff.ts';
import type { PlannedNode } from '../../src/lib/tls/config/plan-config.ts';
import { painter } from '../../src/ui/paint.ts';
import { appliedConfigText, configPlanText } from '../../src/ui/tls-config.ts';

const paint = painter(false);
const change: ConfigChange = { setting: 'max_payload', removed: ['1024'], added: ['2048'], effect: 'reload' };
const node = (name: string, more: Partial<PlannedNode> = {}): PlannedNode => ({
  ...{ node: name, action: 'reload', install: true, changes: [change], foreign: undefined, findings: [] },
  ...more,
});

it('shows a difference once for all nodes that share it, and what is wrong there now', () => {
  const text = configPlanText(
    [
      node('nats-1'),
      node('nats-2', { findings: ['it takes clients without TLS'] }),
      node('nats-3', { action: 'none', install: false, changes: [] }),
    ],
    paint,
  );
  expect(text).toMatchInlineSnapshot(`
    "ACTION  NODE    WHY
    reload  nats-1  1 setting differs
    reload  nats-2  1 setting differs
    none    nats-3  as defined, and loaded

    nats-1, nats-2
      max_payload  reload
        - 1024
        + 2048

    now  nats-2: it takes clients without TLS
    2 of 3 nodes differ"
  `);
});

it('says what was not tried', () => {
  const report = { allowed: 3, refused: 4, nodes: ['nats-1'], believed: 5, wrong: [] };
  const text = appliedConfigText(
    {
      ...{ outcome: 'applied', changed: ['nats-1'] },
      permissions: [
        { holder: 'settings', untried: undefined, endpoints: { held: 1, of: 2 }, ...report },
        { holder: 'auth', untried: 'no pair', endpoints: { held: 0, of: 1 }, ...report },
      ],
    },
    paint,
  );
  expect(text).toContain(
    'permissions of 1 of 2 users were tried both ways; 1 of 3 endpoints are seen held by tasks',
  );
  expect(text).toContain('10 subjects were not tried');
});
