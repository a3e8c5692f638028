import { GsysError } from '../errors.ts';
import { chooseServices } from '../fleet/choose.ts';
import type { Fleet, Service } from '../fleet/fleet.ts';

/** ECS's own bound: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html */
const MOST = 5000;

/** @param words `settings=4`, by folder or ECS service @throws GsysError USAGE, UNKNOWN_SERVICE */
export function parseCounts(fleet: Fleet, words: string[]): Map<Service, number> {
  const counts = new Map<Service, number>();
  for (const word of words) {
    const [, name = '', digits] = /^([^=]+)=(\d{1,5})$/.exec(word) ?? [];
    const count = Number(digits);
    if (digits === undefined || count > MOST)
      throw new GsysError('USAGE', `${JSON.stringify(word)} is not SERVICE=N with N from 0 to ${MOST}`, {
        next: 'gsys scale settings=4',
      });
    const [service] = chooseServices(fleet, [name]);
    if (service === undefined || counts.has(service)) throw new GsysError('USAGE', `${name} is named twice`);
    counts.set(service, count);
  }
  return counts;
}
