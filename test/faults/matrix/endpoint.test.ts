import { describe } from 'vitest';
import { type FaultCase, faultMatrix, onWellFleet } from '../../support/fault-matrix.ts';
import { fleetUnderTest } from '../../support/fleet-under-test.ts';

const test = fleetUnderTest();
onWellFleet(test);

const ALL = ['unknown ecs.account/gaming-system'];
const ofServices = (status: string, check: string) =>
  ['gateway', 'settings'].map((service) => `${status} ${check}/${service}`);
const healAll = () => test.heal('--all');

const SICK: FaultCase[] = [
  {
    fault: 'an endpoint that throttles',
    make: () => test.inject('throttle', 'aws/*'),
    names: ALL,
    says: /was throttled/,
    code: 3,
  },
  {
    fault: 'an endpoint that never answers',
    make: () => test.inject('hang', 'aws/*'),
    names: ALL,
    says: /does not answer in time|not complete within/,
    code: 3,
  },
  {
    fault: 'an endpoint that answers half',
    make: () => test.inject('half', 'aws/*'),
    names: ALL,
    says: /breaks off the connection/,
    code: 3,
  },
  {
    fault: 'an endpoint that fails on its side',
    make: () => test.inject('error', 'aws/*', '--code', 'ServerException', '--status', '500'),
    names: ALL,
    says: /failed on its side/,
    code: 3,
  },
  {
    fault: 'an endpoint that answers HTML',
    make: () => test.inject('html', 'aws/*'),
    names: ALL,
    says: /does not answer as AWS would/,
    code: 3,
  },
  {
    fault: 'credentials that have expired',
    make: () => test.inject('error', 'aws/*', '--code', 'ExpiredTokenException'),
    names: ALL,
    says: /ExpiredTokenException/,
    code: 3,
  },
  {
    fault: 'credentials that may not ask for one thing',
    make: () => test.inject('error', 'aws/ecs:DescribeServices', '--code', 'AccessDeniedException'),
    names: ofServices('unknown', 'ecs.inventory'),
    says: /ecs:DescribeServices .* was refused: AccessDeniedException/,
    code: 3,
    mend: healAll,
  },
];

const STRANGE: FaultCase[] = [
  {
    fault: 'deployments in a state that nobody knows',
    make: () => test.inject('strange', 'aws/ecs:DescribeServices'),
    names: ofServices('unknown', 'ecs.rollout'),
    says: /a deployment is PONDERING/,
    code: 3,
    mend: healAll,
  },
  {
    fault: 'alarms in a state that nobody knows',
    make: () => test.inject('strange', 'aws/monitoring:DescribeAlarms'),
    names: ofServices('unknown', 'alarms.state'),
    says: /is in the unknown state "PONDERING"/,
    code: 3,
    mend: healAll,
  },
];

describe('verify names it, and what it prints heals it: the endpoint', () => {
  faultMatrix(test, [...SICK, ...STRANGE]);
});
