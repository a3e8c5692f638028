import type { Service } from '../../fleet/fleet.ts';
import { type ArrivalState, arrivalsOf } from '../arrivals.ts';
import { defineCheck, type Judgement } from '../check.ts';
import type { ErrorLines, ErrorLinesEvidence } from '../collectors/error-lines.ts';
import { serviceSubject, serviceSubjects } from '../subjects.ts';
import { isScaledToNone, runningTasks } from '../tasks-of.ts';

/** Lines in five minutes, below which nothing is said; and how many times as many as in five minutes of the hour before. */
const ENOUGH = 10;
const TIMES = 3;
/** The hour before is eleven times as long as the five minutes. */
const WINDOWS = 11;

export const logErrors = defineCheck({
  id: 'ecs.log-errors',
  title: 'error lines',
  layer: 'ecs',
  uses: ['error-lines', 'log-groups', 'tasks', 'services'],
  dependsOn: ['ecs.account', 'ecs.inventory', 'ecs.running', 'ecs.log-group', 'ecs.log-streams'],
  explain:
    'In the last five minutes the service did not write ten or more error lines that are also three times what it wrote in five minutes of the hour before: such a rise is a warning, and its reason is in the lines. A service of which nothing arrives is unknown: no line of error is no news there. One that always writes as many passes, and so does one that fails in silence; what it wrote in the last seconds may not have arrived.',
  subjects: serviceSubjects,
  judge: ({ 'error-lines': lines, 'log-groups': logs, tasks, services }, fleet, now) =>
    fleet.services.map((service) => {
      const there = logs.groups.some(({ name }) => name === service.logGroup);
      const running = runningTasks(tasks, service);
      return running.length === 0 && isScaledToNone(services, service)
        ? { ...about(service), status: 'skip', message: 'is scaled to none', observed: null }
        : judgeOne(
            service,
            there ? ofGroup(lines, service) : undefined,
            arrivalsOf(service, running, logs, now).map(({ state }) => state),
          );
    }),
});

function judgeOne(service: Service, lines: ErrorLines | undefined, arrivals: ArrivalState[]): Judgement {
  const common = about(service);
  if (lines === undefined)
    return { ...common, status: 'unknown', message: 'there is no log group to read', observed: null };
  const recent = lines.recent[service.ecsService] ?? 0;
  const before = lines.before[service.ecsService] ?? 0;
  const told = { ...common, observed: { recent, before, more: lines.more } };
  const usual = before / WINDOWS;
  const least = lines.more ? 'at least ' : '';
  const message = `${least}${recent} error lines in 5 minutes, ${before} in the 55 before`;
  if (recent >= ENOUGH && recent > TIMES * usual)
    return {
      ...told,
      status: 'warn',
      message,
      remedy: [`gsys logs ${service.name} --level error --since 10m`],
    };
  const silence = silenceOf(arrivals, recent + before);
  if (silence === undefined) return { ...told, status: 'pass', message };
  return {
    ...told,
    status: 'unknown',
    message: `${silence}, so no error would`,
    observed: { ...told.observed, arrivals },
    remedy: [`gsys logs ${service.name} --since 1h`],
  };
}

/** Why nothing is known of its errors; undefined where something of it arrives. A line of error is something too. */
function silenceOf(arrivals: ArrivalState[], errors: number): string | undefined {
  if (arrivals.length === 0) return 'no task runs that could write';
  const heard = errors > 0 || arrivals.some((state) => state === 'written' || state === 'young');
  return heard ? undefined : 'nothing arrives in its log';
}

function about(service: Service) {
  return { subject: serviceSubject(service), expected: `less than ${TIMES} times the hour before` };
}

function ofGroup({ groups }: ErrorLinesEvidence, { logGroup }: Service): ErrorLines | undefined {
  return groups.find(({ group }) => group === logGroup);
}
