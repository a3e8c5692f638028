import type { Secrets } from '../../aws/secrets.ts';
import { messageOf } from '../../errors.ts';
import { isBundle, parseBundle, type WantedBundle } from '../bundle.ts';
import { troubleGettingIn } from '../let-in.ts';
import type { TlsContext } from '../steps.ts';

/**
 * Has AWSCURRENT say again what it said before, for tasks that start from now on: only where the nodes still take that.
 * @returns where it stays as it is, and why; one line each
 */
export async function goBack(
  wanted: WantedBundle[],
  aws: Pick<Secrets, 'staged' | 'moveCurrent'>,
  context: TlsContext,
): Promise<string[]> {
  const left: string[] = [];
  for (const { service, bundle } of wanted) {
    try {
      await context.lock.keep();
      const current = await aws.staged(service.tlsSecret, 'AWSCURRENT');
      if (current === undefined || !isBundle(current.value, bundle)) continue;
      const previous = await aws.staged(service.tlsSecret, 'AWSPREVIOUS');
      const former = previous && parseBundle(previous.value);
      if (previous === undefined || former === undefined) {
        left.push(`${service.name} keeps the new bundle: there is none before it`);
        continue;
      }
      const [trouble] = await troubleGettingIn(context.fleet.environment.nats.nodes, former, context.signal);
      if (trouble !== undefined) {
        left.push(`${service.name} keeps the new bundle: with the one before it, ${trouble}`);
        continue;
      }
      await aws.moveCurrent(service.tlsSecret, { from: current.id, to: previous.id });
      const detail = `AWSCURRENT of ${service.tlsSecret} is what it was`;
      context.tell({ type: 'went-back', holder: service.name, detail });
    } catch (error) {
      left.push(`${service.name} may keep the new bundle: ${messageOf(error)}`);
    }
  }
  return left;
}
