import { toUSVString } from 'node:util';
import type { Finding, VerifyDocument } from '../../lib/verify/document.ts';
import { plain } from '../paint.ts';

/**
 * One suite a check, one case a subject. What could not be determined is an error, as JUnit means it; a warning passes with
 * its text as output, as in gsys. @param strict a warning is a failure too
 */
export function junit(document: VerifyDocument, strict: boolean): string {
  const { fleet, environment, findings, startedAt, durationMs } = document;
  const suites = new Map<string, Finding[]>();
  for (const finding of findings) suites.set(finding.check, [...(suites.get(finding.check) ?? []), finding]);
  const whole = { name: `gsys verify of ${fleet} in ${environment}`, ...sums(findings, strict) };
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    tag('testsuites', { ...whole, time: (durationMs / 1000).toFixed(3) }),
    ...[...suites].flatMap(([check, own]) => [
      `  ${tag('testsuite', { name: check, timestamp: startedAt, ...sums(own, strict) })}`,
      ...own.map((finding) => testCase(finding, strict)),
      '  </testsuite>',
    ]),
    '</testsuites>',
  ].join('\n');
}

type Outcome = 'failure' | 'error' | 'skipped' | 'system-out' | undefined;

function outcomeOf({ status }: Finding, strict: boolean): Outcome {
  if (status === 'warn') return strict ? 'failure' : 'system-out';
  return ({ fail: 'failure', unknown: 'error', skip: 'skipped', pass: undefined } as const)[status];
}

function sums(findings: Finding[], strict: boolean) {
  const count = (outcome: Outcome) =>
    String(findings.filter((finding) => outcomeOf(finding, strict) === outcome).length);
  return {
    tests: String(findings.length),
    failures: count('failure'),
    errors: count('error'),
    skipped: count('skipped'),
  };
}

function testCase(finding: Finding, strict: boolean): string {
  const { check, subject, message } = finding;
  const opened = tag('testcase', { classname: `gsys.${check}`, name: `${subject.kind} ${subject.name}` });
  const outcome = outcomeOf(finding, strict);
  if (outcome === undefined) return `    ${opened}</testcase>`;
  const body = {
    failure: () => `${tag('failure', { type: finding.status, message })}${text(details(finding))}</failure>`,
    error: () => `${tag('error', { type: finding.status, message })}${text(details(finding))}</error>`,
    skipped: () => `${tag('skipped', { message })}</skipped>`,
    'system-out': () => `<system-out>${text(`warn: ${details(finding)}`)}</system-out>`,
  }[outcome];
  return `    ${opened}${body()}</testcase>`;
}

function details({ message, causedBy, remedy = [], runbook }: Finding): string {
  return [
    message,
    ...(causedBy === undefined ? [] : [`follows from ${causedBy}`]),
    ...remedy.map((command) => `$ ${command}`),
    ...(runbook === undefined ? [] : [`see ${runbook}`]),
  ].join('\n');
}

function tag(name: string, attributes: Record<string, string>): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${attribute(value)}"`);
  return `<${name}${written.join('')}>`;
}

/** What XML 1.0 cannot say at all, not even escaped: https://www.w3.org/TR/xml/#charsets */
const UNSAYABLE = /[\ufffe\uffff]/g;

function text(value: string): string {
  const said = toUSVString(plain(value)).replace(UNSAYABLE, '');
  return said.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Newlines and tabs of attributes are read as spaces unless they are escaped. */
function attribute(value: string): string {
  return text(value)
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;')
    .replace(/[\t\n\r]/g, (letter) => `&#${letter.charCodeAt(0)};`);
}
