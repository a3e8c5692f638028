import { openWire } from '../../wire.ts';
import type { Layer } from '../layer.ts';
import type { Target } from '../target.ts';

/** Somebody listens. */
export const tcp: Layer<Target> = {
  name: 'tcp',
  async climb(visit) {
    const { target, address } = visit;
    const wire = openWire(target, address);
    visit.wire = wire;
    await Promise.race([wire.connected, wire.failed]);
    return { saw: `${address}:${target.port} accepts` };
  },
  meaning(kind, { host, port, ours }, why) {
    const up = ours?.embedded ? ['gsys local status', 'gsys local up'] : [];
    const checks = ours === undefined || ours.embedded ? [] : ['gsys verify'];
    if (/ECONNREFUSED/.test(why)) {
      const means = `The machine answers, and nobody listens on ${port}: the server is not running, or listens on another port or address.`;
      return { means, side: 'there', next: ours ? [...up, ...checks] : [`nc -vz ${host} ${port}`] };
    }
    if (kind === 'timeout') {
      const means =
        'Packets get no answer at all: a security group or firewall drops them, or the machine is off. From outside of the network that is as it should be.';
      return { means, side: 'between', next: ours && !ours.embedded ? ['add --in-vpc', ...checks] : up };
    }
    const means = 'There is no way to that machine from here, or what stands between closed the connection.';
    return { means, side: 'between', next: ours ? [...up, ...checks] : [`nc -vz ${host} ${port}`] };
  },
};
