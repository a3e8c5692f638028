import { findInstances } from '../../probe/instances.ts';
import { askers } from '../askers.ts';
import type { Collector } from '../collector.ts';
import { NATS_TIMEOUT } from '../sessions.ts';

export const instances: Collector<'instances'> = {
  id: 'instances',
  budget: 5000,
  async collect(context) {
    const open = await askers(context);
    return await findInstances(
      open.map(({ nc }) => nc),
      NATS_TIMEOUT,
    );
  },
};
