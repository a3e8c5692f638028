import { describe } from 'vitest';
import {
  downAgain,
  type FaultCase,
  faultMatrix,
  faultsAtOnce,
  onWellFleet,
} from '../../support/fault-matrix.ts';
import { fleetUnderTest } from '../../support/fleet-under-test.ts';
import { askNode, fillRedis } from '../../support/redis.ts';

const test = fleetUnderTest();
const fleet = test.platform;
onWellFleet(test);

const portsOf = async (shard: number, ...roles: string[]) =>
  (await fleet.status()).redis
    .filter((node) => node.shard === shard && roles.includes(node.role))
    .map(({ port }) => port);
/** `fail redis.reach/127.0.0.1:21231`, as they are before the fault. */
const ofNodes =
  (what: string, shard: number, ...roles: string[]) =>
  async () =>
    (await portsOf(shard, ...roles)).map((port) => `fail ${what}/127.0.0.1:${port}`);
const tell = async (shard: number, role: string, ...commands: [string, ...string[]][]) => {
  const [port = 0] = await portsOf(shard, role);
  await askNode(fleet, port, async (client) => {
    for (const [name, ...words] of commands) await client.call(name, ...words);
  });
};
let empty: () => Promise<void>;

const GONE: FaultCase[] = [
  {
    fault: 'a replica that is lost',
    make: () => test.inject('kill', 'redis/redis-5'),
    keep: downAgain(test, 'redis-5'),
    names: ofNodes('redis.reach', 2, 'replica'),
    says: /nobody listens there/,
    code: 1,
  },
  {
    fault: 'a shard that is lost, primary and replica',
    make: () => test.inject('kill', 'redis/shard-3'),
    keep: downAgain(test, 'redis-3', 'redis-6'),
    names: ofNodes('redis.reach', 3, 'primary', 'replica'),
    says: /nobody listens there/,
    code: 1,
  },
  {
    fault: 'a primary that is frozen',
    make: () => test.inject('freeze', 'redis/shard-1/primary'),
    names: ofNodes('redis.reach', 1, 'primary'),
    says: /timeout/,
    code: 1,
  },
];

const ASTRAY: FaultCase[] = [
  {
    fault: 'a replica that has forgotten the cluster',
    make: () => tell(2, 'replica', ['CLUSTER', 'RESET', 'SOFT']),
    names: async () => ['fail redis.replication/shard-2', ...(await ofNodes('redis.slots', 2, 'replica')())],
    says: /0 of 1 replicas online/,
    code: 1,
  },
  {
    fault: 'slots that nobody serves',
    make: () => tell(3, 'primary', ['CLUSTER', 'DELSLOTSRANGE', '10922', '16383']),
    names: ofNodes('redis.slots', 3, 'primary'),
    says: /10922 of 16384 slots are assigned/,
    code: 1,
  },
];

const CHANGED: FaultCase[] = [
  {
    fault: 'a replica that is stale, as its primary does not take it',
    make: () =>
      tell(2, 'replica', ['CONFIG', 'SET', 'masterauth', 'another'], ['CLIENT', 'KILL', 'TYPE', 'master']),
    names: ['fail redis.replication/shard-2'],
    says: /has no link to its primary/,
    code: 1,
  },
  {
    fault: 'a node that lets clients in without a certificate',
    make: () => tell(3, 'replica', ['CONFIG', 'SET', 'tls-auth-clients', 'no']),
    names: ofNodes('redis.strangers', 3, 'replica'),
    says: /lets strangers in: no certificate/,
    code: 1,
  },
  {
    fault: 'a node without a limit of memory',
    make: () => tell(3, 'primary', ['CONFIG', 'SET', 'maxmemory', '0']),
    names: ofNodes('redis.memory', 3, 'primary'),
    says: /has no limit of memory/,
    code: 1,
  },
  {
    fault: 'a shard whose memory is full',
    async make() {
      empty = await fillRedis(fleet);
    },
    names: ofNodes('redis.memory', 1, 'primary', 'replica'),
    says: /of its memory is used/,
    code: 1,
    mend: () => empty(),
  },
];

describe('verify names it, and what it prints heals it: Redis', () => {
  faultsAtOnce(test, CHANGED);
  faultMatrix(test, [...ASTRAY, ...GONE]);
});
