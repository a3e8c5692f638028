import type { Fleet, Stream } from '../../fleet/fleet.ts';
import { subjectMatches } from '../../fleet/subjects.ts';
import { defineCheck, type Judgement } from '../check.ts';
import { viewsOf } from '../stream-views.ts';
import { streamSubject } from '../subjects.ts';

/** Share of the stream’s bytes: past all of it, the oldest letters are pushed out. */
const FAIL = 0.9;

export const natsDeadLetters = defineCheck({
  id: 'nats.dead-letters',
  title: 'dead letters',
  layer: 'nats',
  uses: ['nats-system'],
  dependsOn: ['nats.reach', 'nats.mtls', 'nats.streams'],
  explain:
    'No work was put aside as failed for good. One letter is a warning for as long as it lies there: something that a player was promised did not happen. A stream that is nine tenths full is a failure, as the next letters push out the oldest. Work that is still being tried is not here, and what was lost before it was put aside is nowhere.',
  subjects: ({ nats }) => letterStreams({ nats }).map(streamSubject),
  judge: ({ 'nats-system': nodes }, fleet) => {
    const views = nodes.flatMap((seen) => viewsOf(seen, fleet.nats.accounts.fleet));
    return letterStreams(fleet).map((stream) => {
      const own = views.filter(({ state }) => state.name === stream.name);
      const view = own.find(({ node, state }) => state.leader === node) ?? own[0];
      return judgeOne(stream, view?.state);
    });
  },
});

function judgeOne(stream: Stream, state: { messages: number; bytes: number } | undefined): Judgement {
  const common = { subject: streamSubject(stream), expected: { letters: 0 } };
  if (state === undefined)
    return { ...common, status: 'unknown', message: 'is on no node that answers', observed: null };
  const { messages, bytes } = state;
  const told = { ...common, observed: { letters: messages, bytes } };
  if (messages === 0) return { ...told, status: 'pass', message: 'no dead letters' };
  const count = messages === 1 ? '1 dead letter' : `${messages} dead letters`;
  const share = stream.maxBytes === undefined ? 0 : bytes / stream.maxBytes;
  const remedy = ['gsys dlq list'];
  if (share < FAIL) return { ...told, status: 'warn', message: count, remedy };
  const message = `${count} fill ${Math.round(share * 100)} % of it: the next ones push out the oldest`;
  return { ...told, status: 'fail', message, remedy };
}

/** Those that hold what services put aside: services/sdk/dead-letters.ts. */
function letterStreams({ nats }: Pick<Fleet, 'nats'>): Stream[] {
  return nats.streams.filter(({ subjects }) =>
    subjects.some((filter) => subjectMatches(filter, 'dlq.evt.x')),
  );
}
