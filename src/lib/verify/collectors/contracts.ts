import { gather } from '../../nats/micro.ts';
import { NATS_TIMEOUT } from '../../nats/sessions.ts';
import { askers } from '../../probe/askers.ts';
import { probeContract } from '../../probe/contract.ts';
import type { Collector } from '../collector.ts';

export const contracts: Collector<'contracts'> = {
  id: 'contracts',
  budget: 12_000,
  async collect(context) {
    const [{ loadContracts }, open] = await Promise.all([
      import('../../fleet/contracts.ts'),
      askers(context),
    ]);
    const loaded = loadContracts(context.fleet.contracts);
    const from = context.now().getTime();
    const answers = await Promise.all(open.map(({ nc }) => gather(nc, 'STATS', { maxWait: NATS_TIMEOUT })));
    const stats = [...new Map(answers.flat().map((each) => [each.id, each])).values()];
    const census = { stats, asking: { from, to: context.now().getTime() } };
    const probed = context.fleet.services.filter(({ probe }) => probe !== undefined);
    return await Promise.all(probed.map((service) => probeContract(service, loaded, open, census)));
  },
};
