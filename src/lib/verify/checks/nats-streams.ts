import type { Stream } from '../../fleet/fleet.ts';
import { differenceText, streamDifferences } from '../../nats/stream-differences.ts';
import { streamTrouble } from '../../nats/stream-trouble.ts';
import { defineCheck, type Judgement } from '../check.ts';
import { type StreamView, viewsOf } from '../stream-views.ts';
import { streamSubject, streamSubjects } from '../subjects.ts';

export const natsStreams = defineCheck({
  id: 'nats.streams',
  title: 'streams',
  layer: 'nats',
  uses: ['nats-system'],
  dependsOn: ['nats.reach', 'nats.mtls', 'nats.mesh', 'nats.storage', 'nats.meta'],
  explain:
    'Every stream of the definition exists as defined, has one leader, and as many replicas as it should, which the leader says are current, heard within 5 s and less than 200 operations behind. A stream without a leader takes nothing; one with a replica too few does not survive the next loss. Streams that services make for themselves are not judged here.',
  subjects: streamSubjects,
  judge: ({ 'nats-system': nodes }, fleet) => {
    const views = nodes.flatMap((seen) => viewsOf(seen, fleet.nats.accounts.fleet));
    const silent = nodes.filter(({ answer }) => !answer.ok).map(({ node }) => node);
    return fleet.nats.streams.map((stream) =>
      judgeOne(
        stream,
        views.filter(({ state }) => state.name === stream.name),
        silent,
        silent.length === nodes.length,
      ),
    );
  },
});

const APPLY = ['gsys streams apply'];

function judgeOne(stream: Stream, views: StreamView[], silent: string[], blind: boolean): Judgement {
  const leaders = views.filter(({ node, state }) => state.leader === node);
  const view = leaders[0] ?? views[0];
  const common = {
    subject: streamSubject(stream),
    expected: { ...stream, leader: 'one', current: stream.replicas - 1 },
    observed:
      view === undefined
        ? 'absent'
        : {
            ...view.state.terms,
            leaders: [...new Set(views.map(({ state }) => state.leader ?? 'none'))],
            replicas: view.state.replicas,
            messages: view.state.messages,
          },
  };
  const say = (
    status: Judgement['status'],
    message: string,
    { remedy, blames = silent }: Pick<Judgement, 'remedy' | 'blames'> = {},
  ): Judgement => ({ ...common, status, message, blames, ...(remedy && { remedy }) });

  if (blind) return say('unknown', 'no node could be asked');
  if (view === undefined) {
    // As many silent nodes as it has replicas may be those that hold it.
    if (silent.length >= stream.replicas)
      return say('unknown', `is on no node that answers; ${silent.join(', ')} could not be asked`);
    return say('fail', 'is not there: its events are lost', { remedy: APPLY });
  }
  const differences = streamDifferences(stream, view.state.terms, view.version);
  if (differences.length > 0) {
    const possible = differences.some(({ refused }) => refused === undefined);
    const remedy = possible ? APPLY : ['gsys streams plan'];
    return say('fail', `is not as defined: ${differences.map(differenceText).join(', ')}`, { remedy });
  }
  if (leaders.length > 1)
    return say('fail', `has ${leaders.length} leaders: ${leaders.map(({ node }) => node).join(', ')}`);
  const { leader } = view.state;
  if (leader !== undefined && leaders.length === 0)
    return say('unknown', `its leader ${leader} could not be asked`, { blames: [leader] });
  const trouble = streamTrouble(view.state, stream.replicas);
  if (trouble !== undefined) return say('fail', trouble.what, { blames: [...trouble.nodes, ...silent] });
  return say('pass', `leader ${leader}, ${view.state.replicas.length} replicas current`);
}
