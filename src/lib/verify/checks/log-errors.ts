import type { Service } from '../../fleet/fleet.ts';
import { defineCheck, type Judgement } from '../check.ts';
import type { ErrorLines, ErrorLinesEvidence } from '../collectors/error-lines.ts';
import { serviceSubject, serviceSubjects } from '../subjects.ts';

/** Lines in five minutes, below which nothing is said; and how many times as many as in five minutes of the hour before. */
const ENOUGH = 10;
const TIMES = 3;
/** The hour before is eleven times as long as the five minutes. */
const WINDOWS = 11;

export const logErrors = defineCheck({
  id: 'ecs.log-errors',
  title: 'error lines',
  layer: 'ecs',
  uses: ['error-lines', 'log-groups'],
  dependsOn: ['ecs.account', 'ecs.log-group', 'ecs.log-streams'],
  explain:
    'In the last five minutes the service did not write ten or more error lines that are also three times what it wrote in five minutes of the hour before: such a rise is a warning, and its reason is in the lines. A service that always writes as many passes, and so does one that fails in silence; what it wrote in the last seconds may not have arrived. That lines arrive at all is judged by ecs.log-streams.',
  subjects: serviceSubjects,
  judge: ({ 'error-lines': lines, 'log-groups': { groups } }, fleet) =>
    fleet.services.map((service) =>
      judgeOne(
        service,
        groups.some(({ name }) => name === service.logGroup) ? ofGroup(lines, service) : undefined,
      ),
    ),
});

function judgeOne(service: Service, lines: ErrorLines | undefined): Judgement {
  const common = { subject: serviceSubject(service), expected: `less than ${TIMES} times the hour before` };
  if (lines === undefined)
    return { ...common, status: 'unknown', message: 'there is no log group to read', observed: null };
  const recent = lines.recent[service.ecsService] ?? 0;
  const before = lines.before[service.ecsService] ?? 0;
  const told = { ...common, observed: { recent, before, more: lines.more } };
  const usual = before / WINDOWS;
  const least = lines.more ? 'at least ' : '';
  const message = `${least}${recent} error lines in 5 minutes, ${before} in the 55 before`;
  return recent >= ENOUGH && recent > TIMES * usual
    ? { ...told, status: 'warn', message, remedy: [`gsys logs ${service.name} --level error --since 10m`] }
    : { ...told, status: 'pass', message };
}

function ofGroup({ groups }: ErrorLinesEvidence, { logGroup }: Service): ErrorLines | undefined {
  return groups.find(({ group }) => group === logGroup);
}
