import { alarmsOf } from '../../fleet/alarms.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import type { ServiceFacts } from '../plan.ts';
import type { Finding } from './finding.ts';

/**
 * A bake has to last until what it watches for can show: health checks that begin to fail, and the quickest alarm. On
 * the embedded platform nobody is hurt, and people want to be done. Of a first deployment nothing is baked.
 */
export function lintBake(fleet: Fleet, facts: ServiceFacts[]): Finding[] {
  const { platform, release, name } = fleet.environment;
  const baked = facts.filter(({ state }) => state !== undefined).map(({ service }) => service);
  if (platform === 'embedded' || baked.length === 0) return [];
  const detection = Math.max(
    ...baked.map(({ health: { interval, retries, timeout } }) => retries * interval + timeout),
  );
  const alarms = baked.flatMap((service) => {
    const windows = alarmsOf(fleet, [service]).map(
      ({ period, evaluationPeriods }) => period * evaluationPeriods,
    );
    return windows.length === 0 ? [] : [Math.min(...windows)];
  });
  const alarm = Math.max(0, ...alarms);
  const { bakeSeconds } = release;
  const enough = Math.max(detection, alarm);
  if (bakeSeconds >= enough) return [];
  const blind = bakeSeconds < detection;
  const what = blind
    ? `a health check that begins to fail shows after ${detection} s`
    : `the first alarm of a service can fire after ${alarm} s`;
  return [
    {
      ...{ level: blind ? 'error' : 'warning', code: 'bake' },
      message: `a wave is watched for ${bakeSeconds} s, and ${what}`,
      next: `set environments.${name}.release.bakeSeconds in gsys.yaml to ${enough} or more`,
    },
  ];
}
