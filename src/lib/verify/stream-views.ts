import { type ConsumerDetail, type StreamState, streamState } from '../nats/stream-state.ts';
import type { SystemEvidence } from './collectors/nats-system.ts';

/** A stream as one of the nodes that hold it sees it. */
export interface StreamView {
  node: string;
  version: string;
  state: StreamState;
  consumers: ConsumerDetail[];
  /** Of its newest message. */
  lastAt: string | undefined;
}

/** None of a node that did not answer. @param own name of the fleet's account */
export function viewsOf({ node, answer }: SystemEvidence, own: string): StreamView[] {
  if (!answer.ok) return [];
  const { jsz, varz } = answer.value;
  const account = jsz.account_details?.find(({ name }) => name === own);
  return (account?.stream_detail ?? []).map((detail) => ({
    node,
    version: varz.version,
    state: streamState(detail, node),
    consumers: detail.consumer_detail ?? [],
    lastAt: detail.state.last_ts,
  }));
}
