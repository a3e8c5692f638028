import type { PlannedService } from '../lib/release/events.ts';
import type { Finding } from '../lib/release/plan/finding.ts';
import type { MadePlan } from '../lib/release/plan/make-plan.ts';
import type { Wave } from '../lib/release/waves.ts';
import { type Paint, plain } from './paint.ts';
import { serviceBlocks } from './plan-services.ts';
import { wrap } from './wrap.ts';

interface PlanView {
  paint: Paint;
  /** Where it should be kept. */
  out: string | undefined;
  /** Seconds that a wave is watched. */
  bake: number;
}

/** Columns of a terminal that nobody has widened, and those that the first word takes. */
const WIDTH = 80;
const INDENT = 10;

/** What changes, service by service; the waves that it takes; what speaks against it; and what to type. */
export function planText(plan: MadePlan, view: PlanView): string {
  const { paint } = view;
  const changed = plan.services.filter(({ action }) => action !== 'unchanged');
  return [
    ...serviceBlocks(changed, paint),
    waveLines(plan.waves, view).join('\n'),
    findingLines(plan.findings, paint).join('\n'),
    closing(plan, view).join('\n'),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function waveLines(waves: Wave[], { paint, bake }: PlanView): string[] {
  return waves.flatMap(({ services, canary, bake: baked }, i) => {
    const what = canary ? 'canary' : baked ? '' : 'new';
    const watched = baked && bake > 0 ? `watched for ${bake} s` : 'not watched';
    const note = [what, watched].filter(Boolean).join(', ');
    const [first = '', ...rest] = wrap(services.join(', '), WIDTH - INDENT);
    return [
      `${paint('cyan', `wave ${i + 1}`.padEnd(INDENT))}${first}`,
      ...[...rest, paint('dim', note)].map((line) => ' '.repeat(INDENT) + line),
    ];
  });
}

const LEVELS = { error: 'red', warning: 'yellow' } as const;

/** The same said of several services is said once. */
function findingLines(findings: Finding[], paint: Paint): string[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = JSON.stringify([finding.level, finding.message, finding.next]);
    groups.set(key, [...(groups.get(key) ?? []), finding]);
  }
  return [...groups.values()].flatMap((alike) => {
    const [{ level, message, next }] = alike as [Finding];
    const names = alike.flatMap(({ service }) => service ?? []).join(', ');
    const text = wrap(plain(names === '' ? message : `${names}: ${message}`), WIDTH - INDENT);
    const lines = [...text, ...wrap(plain(next), WIDTH - INDENT).map((line) => paint('cyan', line))];
    return lines.map((line, i) => paint(LEVELS[level], (i === 0 ? level : '').padEnd(INDENT)) + line);
  });
}

function closing({ services, findings, savedTo }: MadePlan, { paint, out }: PlanView): string[] {
  const count = (action: PlannedService['action']) => services.filter((one) => one.action === action).length;
  const counts = (['create', 'update', 'prove', 'unchanged'] as const).flatMap((action) => {
    const many = count(action);
    return many === 0 ? [] : [`${many} ${WORDS[action]}`];
  });
  const summary = counts.join(', ');
  if (findings.some(({ level }) => level === 'error')) {
    const kept = out === undefined ? '' : `; ${out} is not written`;
    return [summary, paint('red', `deploy would refuse this${kept}`)];
  }
  if (savedTo !== undefined) return [summary, paint('cyan', `$ gsys deploy --plan ${savedTo}`)];
  return [summary];
}

const WORDS = { create: 'to create', update: 'to update', prove: 'to prove', unchanged: 'unchanged' };
