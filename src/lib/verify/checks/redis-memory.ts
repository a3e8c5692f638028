import type { Environment } from '../../fleet/fleet.ts';
import type { Memory } from '../../redis/info.ts';
import { couldNotBeAsked, defineCheck, type Judgement } from '../check.ts';
import type { RedisEvidence } from '../collectors/redis-nodes.ts';
import { localRemedy } from '../local-remedy.ts';
import { isFull } from '../redis-views.ts';
import { redisSubject, redisSubjects } from '../subjects.ts';

/** Share of what a node may use. */
const WARN = 0.75;
/** How much more is taken from the machine than is used; below so many bytes that tells nothing. */
const FRAGMENTED = 1.5;
const ENOUGH_TO_TELL = 100 * 1024 ** 2;

export const redisMemory = defineCheck({
  id: 'redis.memory',
  title: 'memory',
  layer: 'redis',
  uses: ['redis-nodes'],
  dependsOn: ['redis.reach'],
  explain:
    'Every node has a limit of memory and keeps away from it: three quarters are a warning, nine tenths a failure. At the limit Redis refuses writes or throws away what is used least, as its policy says, and services’ state is among that. Without a limit the machine is the limit, and the node is killed there, which is a failure too. Evictions are judged by redis.evictions.',
  subjects: redisSubjects,
  judge: ({ 'redis-nodes': { nodes } }, { environment }) => nodes.map((one) => judgeOne(one, environment)),
});

function judgeOne({ node, answer }: RedisEvidence['nodes'][number], environment: Environment): Judgement {
  const common = { subject: redisSubject(node), expected: { used: `less than ${percent(WARN)}` } };
  if (!answer.ok) return couldNotBeAsked(common, answer);
  const { memory } = answer.value;
  const told = { ...common, observed: memory };
  const say = (status: Judgement['status'], message: string): Judgement => ({ ...told, status, message });
  if (Number.isNaN(memory.used) || Number.isNaN(memory.max)) return say('unknown', 'does not tell');
  if (memory.max === 0) {
    const message = 'has no limit of memory: it grows until its machine kills it';
    return { ...say('fail', message), ...localRemedy(environment) };
  }
  const share = memory.used / memory.max;
  const used = `${percent(share)} of its memory is used`;
  if (isFull(memory)) return say('fail', `${used}: ${consequence(memory)}`);
  if (share >= WARN) return say('warn', used);
  if (memory.used > ENOUGH_TO_TELL && memory.fragmentation > FRAGMENTED)
    return say('warn', `takes ${memory.fragmentation} times the memory that it uses`);
  return say('pass', used);
}

function consequence({ policy, evicted }: Memory): string {
  if (policy === 'noeviction') return 'it refuses writes next';
  const so = evicted > 0 ? `, ${evicted} keys so far` : '';
  return `it throws away what is used least${so} (${policy})`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
