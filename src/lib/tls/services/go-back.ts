import type { Secrets } from '../../aws/secrets.ts';
import { messageOf } from '../../errors.ts';
import { parseBundle } from '../../pki/bundle.ts';
import { isBundle, type WantedBundle } from '../bundle.ts';
import { refusalsGettingIn } from '../let-in.ts';
import type { TlsContext } from '../steps.ts';

export interface Kept {
  service: string;
  why: string;
}

/**
 * Has AWSCURRENT say again what it said before, for tasks that start from now on: unless a node would refuse that.
 * @returns who keeps the new bundle, and why
 */
export async function goBack(
  wanted: WantedBundle[],
  aws: Pick<Secrets, 'staged' | 'moveCurrent'>,
  context: TlsContext,
): Promise<Kept[]> {
  const kept: Kept[] = [];
  for (const { service, bundle } of wanted) {
    const { name } = service;
    try {
      await context.lock.keep();
      const current = await aws.staged(service.tlsSecret, 'AWSCURRENT');
      if (current === undefined || !isBundle(current.value, bundle)) continue;
      const previous = await aws.staged(service.tlsSecret, 'AWSPREVIOUS');
      const former = parseBundle(previous?.value);
      if (previous === undefined || former === undefined) {
        kept.push({ service: name, why: 'there is none before it' });
        continue;
      }
      const [refusal] = await refusalsGettingIn(context.fleet.environment.nats.nodes, former);
      if (refusal !== undefined) {
        kept.push({ service: name, why: `with the one before it, ${refusal}` });
        continue;
      }
      await aws.moveCurrent(service.tlsSecret, { from: current.id, to: previous.id });
      const detail = `AWSCURRENT of ${service.tlsSecret} is what it was`;
      context.tell({ type: 'went-back', holder: name, detail });
    } catch (error) {
      kept.push({ service: name, why: messageOf(error) });
    }
  }
  return kept;
}
