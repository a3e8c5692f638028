import { render } from 'ink-testing-library';
import { createElement } from 'react';
import { describe, expect, it } from 'vitest';
import type { Detail, NodeRow, ServiceRow, TopSnapshot } from '../../../src/lib/observe/top/rows.ts';
import { layoutOf, windowOf } from '../../../src/ui/top/layout.ts';
import { sparkline } from '../../../src/ui/top/sparkline.ts';
import { initialState, type TopState } from '../../../src/ui/top/state.ts';
import { TopScreen } from '../../../src/ui/top/top-screen.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const EVIL = '\u001b]52;c;ZXZpbA==\u0007\u001b[2J\u202eevil\r\n\u200bline\u0007';

function service(name: string, change: Partial<ServiceRow> = {}): ServiceRow {
  return {
    ...{ name, severity: 'none', why: '', oldSince: undefined, healthKnown: true, instances: 2, firing: 0 },
    ...{ perSecond: 12.3, errors: 0, latency: 3.2, lastError: undefined, trail: [1, 2, 3] },
    status: {
      ...{ service: name, ecsService: `${name}-nats`, status: 'ACTIVE', desired: 2, running: 2, pending: 0 },
      ...{ health: { healthy: 2, unhealthy: 0, unknown: 0 }, taskDefinition: `${name}-nats:1` },
    },
    ...change,
  };
}

function node(name: string, change: Partial<NodeRow> = {}): NodeRow {
  return {
    ...{ name, severity: 'none', why: '', oldSince: undefined, peers: 4, others: 4, leads: false },
    ...{
      version: '2.10.0',
      clients: 4,
      encrypted: 1,
      perSecond: 30,
      bytesPerSecond: 2000,
      slow: 0,
      slowNew: 0,
    },
    ...{ memory: 2e7, cpu: 1, storage: undefined, daysLeft: 89, trail: [1, undefined, 3] },
    ...change,
  };
}

function snapshot(change: Partial<TopSnapshot> = {}): TopSnapshot {
  return {
    ...{ fleet: 'lab', environment: 'local', protected: false, at: NOW, lost: [] },
    services: ['auth', 'payment', 'settings'].map((name) => service(name)),
    nodes: ['nats-1', 'nats-2'].map((name) => node(name)),
    ...{ shards: [], shardsServed: undefined, shardsWanted: 3, alarms: [], alarmsOldSince: undefined },
    ...{ events: [], release: undefined, detail: undefined },
    ...change,
  };
}

function screen(shown: TopSnapshot, change: Partial<TopState> = {}, columns = 80, lines = 24): string[] {
  const state = { ...initialState(false), ...change };
  const { lastFrame, unmount } = render(createElement(TopScreen, { snapshot: shown, state, columns, lines }));
  const frame = lastFrame() ?? '';
  unmount();
  return frame.split('\n');
}

const THOUSAND = Array.from({ length: 1000 }, (_, i) => service(`svc-${String(i).padStart(3, '0')}`));

describe.each([
  [80, 24],
  [200, 60],
  [40, 10],
])('a screen of %i by %i', (columns, lines) => {
  it('is filled and never overflown, by a thousand services with texts that have no end', () => {
    const why = 'a long story '.repeat(1000);
    const services = THOUSAND.map((row) => ({ ...row, why }));
    const drawn = screen(snapshot({ services }), {}, columns, lines);
    expect(drawn).toHaveLength(lines - 1);
    for (const line of drawn) expect(line.length).toBeLessThanOrEqual(columns);
  });

  it('shows the service that stands out wherever it is in the list', () => {
    const drawn = screen(
      snapshot({ services: THOUSAND }),
      { service: 'svc-777', sort: 'name' },
      columns,
      lines,
    );
    expect(drawn.filter((line) => line.startsWith('> '))).toEqual([expect.stringContaining('svc-777')]);
  });
});

it('has a line for each service and node, and says of what it has not seen that it has not', () => {
  const [head, , first] = screen(snapshot());
  expect(head).toMatch(/^lab in local {2}0 of 3 in trouble {2}nats 2\/2 {2}redis -\/3 {2}alarms - /);
  expect(first).toMatch(/^> auth +2\/2 +12\.3 +0% +3\.2 +▃▆█/);
  const text = screen(snapshot()).join('\n');
  expect(text).toMatch(/nats-1 +4\/4 +4 +100% +30\.0 +0 +89d +▃ █/);
  expect(text.match(/not seen yet/g)).toHaveLength(2);
});

it('says who is silent since when, and why', () => {
  const lost = [
    { what: 'AWS at http://127.0.0.1:1', since: NOW - 75_000, heard: true, why: 'nobody listens there' },
  ];
  expect(screen(snapshot({ lost }))[1]).toMatch(
    /^AWS at http:\/\/127\.0\.0\.1:1 is silent, heard last at [\d:]{8} \(75s ago\): /,
  );
});

it('asks before it changes something, and says what for', () => {
  const action = { what: 'restart auth in local', argv: [], want: 'auth' };
  const drawn = screen(snapshot(), { service: 'auth', mode: { type: 'confirm', action, typed: 'au' } });
  expect(drawn.slice(-2)).toEqual(['restart auth in local?', 'type auth and Enter, or Esc to leave it: au_']);
});

it('texts that somebody else wrote do nothing, wherever they stand', () => {
  const row = service('auth', { why: EVIL, lastError: EVIL });
  const detail: Detail = {
    ...{ row, scaling: { min: 1, max: 4 }, tasksOldSince: undefined, logTrouble: EVIL },
    tasks: [
      {
        ...{ id: 'a1', status: 'STOPPED', health: '', revision: 'auth-nats:1', since: NOW, note: EVIL },
        answers: undefined,
      },
    ],
    events: [{ at: NOW, about: EVIL, kind: 'bad', text: EVIL }],
    release: { release: 'r1', outcome: 'failed', services: [], who: EVIL, command: EVIL },
    log: [{ at: '2026-03-01T12:00:00.000Z', task: 'a1', level: 'error', message: EVIL }],
  };
  const shown = snapshot({
    ...{ services: [row], events: detail.events, detail },
    lost: [{ what: 'NATS', since: NOW, heard: true, why: EVIL }],
    nodes: [node('nats-1', { why: EVIL })],
  });
  const open = screen(shown, { open: true, service: 'auth' }, 200, 40).join('\n');
  const text = screen(shown, {}, 200, 40).join('\n') + open;
  expect(open).toContain('evil line');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  expect(text.match(/[\u0000-\u0009\u000b-\u001a\u001c-\u001f\u202e\u200b]/g)).toBeNull();
  expect(text).not.toContain('\u001b]');
  expect(text).not.toContain('[2J');
});

it('the pane that is looked at gets most of the room, the others keep their heads', () => {
  const rows = { services: 23, nats: 5, redis: 3, alarms: 69, events: 200 };
  const looked = layoutOf(20, rows, 'alarms');
  expect(Object.values(looked).reduce((sum, lines) => sum + lines, 0)).toBe(20);
  expect(layoutOf(40, rows, 'alarms').alarms).toBeGreaterThan(layoutOf(40, rows, 'services').alarms);
  expect(windowOf([1, 2, 3, 4, 5], 4, 2)).toEqual({ shown: [4, 5], first: 3 });
});

it('a sparkline has a gap where nothing was known, and its lowest bar for nothing', () => {
  expect(sparkline([undefined, 0, 1, 8], 5)).toBe('  ▁▂█');
});
