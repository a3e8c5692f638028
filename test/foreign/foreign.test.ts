import { findClis } from './clients/find-clis.ts';
import { sdkClient } from './clients/sdk.ts';
import { judgeClients } from './judge-clients.ts';

/** The newer CLI has its turn in test/faults. */
judgeClients(
  [sdkClient],
  findClis().filter(({ kind }) => kind === 'debian cli'),
);
