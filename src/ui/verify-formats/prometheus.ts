import { toUSVString } from 'node:util';
import type { Verdict, VerifyDocument } from '../../lib/verify/document.ts';
import { plain } from '../paint.ts';

const VERDICTS: Verdict[] = ['healthy', 'degraded', 'unhealthy', 'unknown'];

type Labels = Record<string, string>;
type Sample = [Labels, number];

/**
 * For node_exporter's textfile collector; all gauges, since each run is a look of its own:
 * https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
 */
export function prometheus(document: VerifyDocument): string {
  const { fleet, environment, verdict, counts, findings, startedAt, durationMs, apiCalls } = document;
  const metric = (name: string, help: string, samples: Sample[]) => [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} gauge`,
    ...samples.map(([labels, value]) => `${name}${braces({ fleet, environment, ...labels })} ${value}`),
  ];
  const troubles = findings.filter(({ status }) => status !== 'pass' && status !== 'skip');
  return [
    ...metric(
      'gsys_verify_verdict',
      'Whether the last verify came to this verdict.',
      VERDICTS.map((one) => [{ verdict: one }, one === verdict ? 1 : 0]),
    ),
    ...metric(
      'gsys_verify_findings',
      'Findings of the last verify by status.',
      Object.entries(counts).map(([status, count]) => [{ status }, count]),
    ),
    ...metric(
      'gsys_verify_trouble',
      'A finding that is not as it should be; cause is empty for what follows from no other.',
      troubles.map(({ check, subject, status, causedBy }) => [
        { check, kind: subject.kind, subject: subject.name, status, cause: causedBy ?? '' },
        1,
      ]),
    ),
    ...metric('gsys_verify_start_time_seconds', 'When the last verify started.', [
      [{}, Date.parse(startedAt) / 1000],
    ]),
    ...metric('gsys_verify_duration_seconds', 'How long the last verify took.', [[{}, durationMs / 1000]]),
    ...metric(
      'gsys_verify_aws_requests',
      'Requests that the last verify sent to AWS.',
      Object.entries(apiCalls).map(([operation, count]) => [{ operation }, count]),
    ),
  ].join('\n');
}

function braces(labels: Labels): string {
  return `{${Object.entries(labels)
    .map(([name, value]) => `${name}="${escaped(value)}"`)
    .join(',')}}`;
}

function escaped(value: string): string {
  return toUSVString(plain(value)).replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
