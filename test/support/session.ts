import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { CreateSessionRequestSchema, CreateSessionResponseSchema } from '../../services/gen/auth_pb.js';
import { loadFleet } from '../../src/lib/fleet/load.ts';
import { connectOperator } from '../../src/lib/nats/operator.ts';
import { REPOSITORY } from './definition.ts';
import type { Platform } from './platform.ts';

/** The token of a session that the platform's auth service gives a user, as whatever logs players in would ask for it. */
export async function sessionOf({ home, slot }: Platform, userId: string): Promise<string> {
  const { environment } = await loadFleet({ from: REPOSITORY, home, slot: String(slot) });
  const operator = await connectOperator(environment, AbortSignal.timeout(60_000));
  try {
    const request = toBinary(CreateSessionRequestSchema, create(CreateSessionRequestSchema, { userId }));
    const { data } = await operator.request('svc.auth.v1.create_session', request, { timeout: 20_000 });
    return fromBinary(CreateSessionResponseSchema, data).sessionToken;
  } finally {
    await operator.close();
  }
}
