import { NATS_TIMEOUT } from '../../nats/sessions.ts';
import { askers } from '../../probe/askers.ts';
import { findInstances } from '../../probe/instances.ts';
import type { Collector } from '../collector.ts';

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
