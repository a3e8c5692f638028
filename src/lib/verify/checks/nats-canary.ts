import { defineCheck } from '../check.ts';
import { natsClusterSubject } from '../subjects.ts';

export const natsCanary = defineCheck({
  id: 'nats.canary',
  title: 'canary write',
  layer: 'nats',
  uses: ['nats-canary'],
  dependsOn: ['nats.reach', 'nats.mtls', 'nats.mesh', 'nats.storage', 'nats.meta', 'nats.permissions'],
  explain:
    'JetStream keeps a message on a quorum of three nodes, gives it back through another node, and deletes it: what says that it is in order and takes no writes is found out. It is written to a stream of gsys’s own, GSYS_CANARY, so that nobody’s events are touched: that one has leaders and nodes of its own, and another stream may still refuse.',
  subjects: (fleet) => [natsClusterSubject(fleet)],
  judge: ({ 'nats-canary': { writer, reader, answer } }, fleet) => {
    const common = {
      subject: natsClusterSubject(fleet),
      expected: 'written, read elsewhere, deleted',
      blames: [writer, reader],
    };
    if (!answer.ok) {
      const message = `a message through ${writer} was not kept: ${answer.fault}: ${answer.why}`;
      return [{ ...common, status: 'fail', message, observed: answer.fault }];
    }
    const { ackMs, readBack } = answer.value;
    const told = { ...common, observed: { ackMs, readBack, writer, reader } };
    if (!readBack)
      return [
        { ...told, status: 'fail', message: `what was kept through ${writer} is not what ${reader} gives` },
      ];
    return [{ ...told, status: 'pass', message: `kept in ${ackMs} ms, read through ${reader}` }];
  },
});
