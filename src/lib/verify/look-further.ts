import type { Fleet } from '../fleet/fleet.ts';
import type { Subject } from './document.ts';

/** Checks of whether a peer can be reached and answers: of those a probe tells at which layer that ends. */
export const PROBED: readonly string[] = [
  ...['nats.reach', 'nats.mtls', 'nats.mesh', 'nats.dials', 'nats.data', 'nats.storage'],
  ...['redis.reach', 'redis.slots', 'redis.strangers'],
  ...['service.instances', 'service.subscriptions', 'service.contract'],
  ...['gateway.ready', 'gateway.route'],
];

/** The probe that looks at a subject layer by layer; it heals nothing. Undefined where none fits. Pure. */
export function probeOf(check: string, { kind, name }: Subject, fleet: Fleet): string | undefined {
  if (!PROBED.includes(check)) return undefined;
  const { environment, services } = fleet;
  switch (kind) {
    case 'nats-node':
      return environment.nats.nodes.some((node) => node.name === name)
        ? `gsys probe node ${name}`
        : undefined;
    case 'redis-node':
      return environment.redis.endpoints.some(({ host, port }) => `${host}:${port}` === name)
        ? `gsys probe redis ${name}`
        : undefined;
    case 'service':
      return services.some((service) => service.name === name && service.probe !== undefined)
        ? `gsys probe service ${name}`
        : undefined;
    case 'gateway':
      return 'gsys probe gateway';
    default:
      return undefined;
  }
}
