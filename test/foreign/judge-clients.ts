import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canMake, type Row } from './calls/row.ts';
import { STORIES } from './calls/stories.ts';
import { botocoreMistakes, type Judged } from './check/botocore.ts';
import { expectRow } from './check/expect-row.ts';
import { wireMistakes } from './check/wire-mistakes.ts';
import { cliClient } from './clients/aws-cli.ts';
import type { ForeignClient } from './clients/client.ts';
import type { FoundCli } from './clients/find-clis.ts';
import { type Played, play } from './play.ts';

/** Each client makes every call that it can; what came over the wire is judged by the CLIs' own models as well. */
export function judgeClients(clients: ForeignClient[], found: FoundCli[]): void {
  const clis = found.map(cliClient);
  const answers: Judged[] = [];

  afterAll(async () => {
    for (const cli of clis) await cli.close();
  });

  for (const client of [...clients, ...clis])
    describe(client.title, () => {
      let played: Map<Row, Played>;
      beforeAll(async () => {
        played = await play(client, STORIES);
        for (const { service, rows } of STORIES)
          for (const row of rows)
            for (const exchange of played.get(row)?.exchanges ?? [])
              answers.push({ ...exchange, service, code: row.error });
      });

      for (const { service, rows } of STORIES)
        for (const row of rows.filter((it) => canMake(it, client.kind)))
          it(`${service} ${row.call}: ${row.what}`, () => {
            const { outcome, failure, exchanges } = played.get(row) ?? { exchanges: [] };
            if (!outcome) throw failure;
            expectRow(row, outcome);
            if (row.pages) expect(exchanges).toHaveLength(row.pages.requests);
            expect(exchanges.length).toBeGreaterThan(0);
            expect(exchanges.flatMap((exchange) => wireMistakes(service, exchange))).toEqual([]);
          });
    });

  describe.skipIf(found.length === 0)('botocore', () => {
    for (const { python, version } of found)
      it(`of aws-cli ${version} reads every answer as its models say`, async () => {
        const judged = await botocoreMistakes(python, answers);
        const mistakes = judged.flatMap((some, i) =>
          (some ?? []).map((mistake) => `${answers[i]?.service} ${answers[i]?.operation}: ${mistake}`),
        );
        expect(mistakes).toEqual([]);
        expect(judged.filter((some) => some !== undefined).length).toBeGreaterThan(0);
      });
  });
}
