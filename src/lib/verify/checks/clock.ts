import type { Service } from '../../fleet/fleet.ts';
import type { ContractEvidence } from '../../probe/contract.ts';
import { defineCheck, type Judgement } from '../check.ts';
import { serviceSubject, serviceSubjects } from '../subjects.ts';

/** Milliseconds. What is signed, expires or is ordered by time goes wrong by as much. */
const WARN = 500;
const FAIL = 5000;

export const clock = defineCheck({
  id: 'service.clock',
  title: 'clock',
  layer: 'service',
  uses: ['contracts'],
  dependsOn: ['ecs.inventory', 'ecs.running', 'ecs.health', 'service.instances', 'nats.reach'],
  explain:
    'Every instance tells its time in $SRV.STATS, and that is not half a second off this machine’s, beyond the time that the answer took; five seconds are a failure. Where all instances are off alike, look at the clock of this machine.',
  subjects: serviceSubjects,
  judge: ({ contracts }, fleet) =>
    fleet.services.map((service) =>
      judgeOne(
        service,
        contracts.find((entry) => entry.service === service.name),
      ),
    ),
});

function judgeOne(service: Service, evidence: ContractEvidence | undefined): Judgement {
  const common = { subject: serviceSubject(service), expected: { off: WARN }, observed: null };
  const say = (status: Judgement['status'], message: string): Judgement => ({ ...common, status, message });
  if (service.probe === undefined) return say('skip', 'its service.yaml has no probe, so it is not asked');
  const told = (evidence?.instances ?? []).map(({ id, taskArn, clockAhead }) => ({
    name: taskArn?.split('/').at(-1) ?? id,
    ahead: clockAhead,
  }));
  if (told.length === 0) return say('unknown', 'nobody is in $SRV.STATS who could tell the time');
  const off = told.filter(({ ahead = 0 }) => Math.abs(ahead) > WARN);
  const observed = Object.fromEntries(told.map(({ name, ahead }) => [name, ahead ?? null]));
  const mute = told.filter(({ ahead }) => ahead === undefined).map(({ name }) => name);
  if (off.length > 0) {
    const status = off.some(({ ahead = 0 }) => Math.abs(ahead) > FAIL) ? 'fail' : 'warn';
    const message = `the clock of ${off.map(describe).join(', of ')}`;
    // A task that is new runs on another machine. Where all are off alike, it is this machine's clock.
    const remedy = off.length < told.length ? { remedy: [`gsys restart ${service.name}`] } : {};
    return { ...say(status, message), observed, ...remedy };
  }
  if (mute.length > 0) return { ...say('unknown', `${mute.join(', ')} does not tell the time`), observed };
  return { ...say('pass', `${told.length} instances tell the right time`), observed };
}

function describe({ name, ahead = 0 }: { name: string; ahead: number | undefined }): string {
  const seconds = (Math.abs(ahead) / 1000).toFixed(1);
  return `${name} is ${seconds} s ${ahead > 0 ? 'ahead' : 'behind'}`;
}
