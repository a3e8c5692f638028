import { render } from 'ink-testing-library';
import { createElement } from 'react';
import { expect, it } from 'vitest';
import type { DeployEvent, DeployStep } from '../../../src/lib/release/events.ts';
import { ReleaseScreen } from '../../../src/ui/live/release-screen.ts';
import { emptyView, rowsThatFit, viewAfter } from '../../../src/ui/live/release-state.ts';

const START = Date.parse('2026-03-01T12:00:00Z');
const waves = [
  { services: ['settings'], canary: true, bake: true },
  { services: ['auth', 'payment'], canary: false, bake: true },
];

function viewOf(...steps: DeployStep[]) {
  const events = steps.map(
    (step, i): DeployEvent => ({ at: new Date(START + i * 1000).toISOString(), release: 'r1', ...step }),
  );
  return events.reduce(viewAfter, emptyView(START));
}

function screen(view: ReturnType<typeof viewOf>, lines = 24): string {
  const props = { view, notes: [], now: START + 65_000, columns: 80, lines };
  const { lastFrame, unmount } = render(createElement(ReleaseScreen, props));
  const frame = lastFrame() ?? '';
  unmount();
  return frame;
}

const BEGUN: DeployStep[] = [
  { type: 'planned', services: [], waves },
  { type: 'wave-started', wave: 1, of: 2, canary: true, services: ['settings'] },
  { type: 'updated', service: 'settings', taskDefinition: 'settings-nats:2', created: false },
  { type: 'gate-waiting', wave: 1, gate: 'deployment', detail: 'its deployment' },
  { type: 'progress', service: 'settings', status: 'IN_PROGRESS', running: 1, desired: 2 },
];

it('has a line for each service, the gate, and how long it takes', () => {
  expect(screen(viewOf(...BEGUN)).split('\n')).toEqual([
    'canary, wave 1 of 2  r1  0 of 3 done  65s',
    '→ settings  1/2    rolls out',
    '· auth             waits for its wave',
    '· payment          waits for its wave',
    expect.stringMatching(/^. waiting for its deployment 62s$/),
  ]);
});

it('shows what fails and what is back', () => {
  const failed = viewOf(
    ...BEGUN,
    { type: 'gate-failed', wave: 1, gate: 'deployment', service: 'settings', detail: 'a task stopped' },
    {
      type: 'rolled-back',
      service: 'settings',
      reason: 'a task stopped',
      to: 'settings-nats:1',
      proven: true,
    },
  );
  expect(screen(failed)).toContain('← settings  1/2    is back: a task stopped');
});

it('leaves out what has no room, and never what moves', () => {
  const { rows } = viewOf(...BEGUN);
  expect(rowsThatFit([...rows].reverse(), 2)).toMatchObject({ shown: [{ service: 'settings' }], more: 2 });
  expect(screen(viewOf(...BEGUN), 6)).toContain('and 2 more');
});
