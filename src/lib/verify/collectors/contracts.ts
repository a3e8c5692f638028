import { askers } from '../../probe/askers.ts';
import { takeCensus } from '../../probe/census.ts';
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
    const census = await takeCensus(open, () => context.now().getTime());
    const probed = context.fleet.services.filter(({ probe }) => probe !== undefined);
    return await Promise.all(probed.map((service) => probeContract(service, loaded, open, census)));
  },
};
