// What became of faults, as docs/faults.md has it.
import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';

const TABLE = 'docs/faults.md';
const HEAD = `# Fault matrix

\`npm run test:faults\` runs all of it, \`npm run test:faults -- NAME\` the files of a name. Faults that need seconds only are
in \`npm test\` (test/e2e).

Where a fault is named by \`verify\`, the table has what it said, nothing else being blamed; after how long since the fault
was made, on the machine that ran it, and how much of that the verify took that named it. Then what it printed was typed,
and all was well again.

| fault | outcome | verify said | named after | took | last run |
|---|---|---|---|---|---|
`;
const NOTHING_SAID = '— | —';
/** Characters of a sentence; and sentences, where several subjects are told of. */
const MOST_LETTERS = 160;
const MOST_SENTENCES = 2;
const today = new Date().toISOString().slice(0, 10);
/** Of one file; more are a table of their own, and here one line. */
const MOST_ROWS = 40;

/**
 * Writes the rows of a run, and leaves those of other tests as they were, unless it was a run of all.
 * @param report of vitest, as JSON @returns how many tests passed, and how many there were
 */
export function writeFaultTable({ testResults }, all) {
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  const rows = testResults.flatMap(rowsOf);
  const lines = all ? rows : [...othersThan(rows), ...rows];
  writeFileSync(TABLE, `${HEAD}${lines.sort().join('\n')}\n`);
  return { passed: tests.filter(({ status }) => status === 'passed').length, all: tests.length };
}

function rowsOf({ name, assertionResults: results, startTime, endTime }) {
  if (results.length <= MOST_ROWS)
    return results.map(
      ({ ancestorTitles, title, status: outcome, duration, meta }) =>
        `| ${cell([...ancestorTitles, title].join(': '))} | ${[outcome, meta?.measured].filter(Boolean).join(': ')} | ${verdictOf(meta?.verify)} | ${tookOf(duration, meta?.verify)} | ${today} |`,
    );
  const passed = results.filter(({ status: outcome }) => outcome === 'passed').length;
  const outcome = `${passed} of ${results.length} passed`;
  return [
    `| all of ${basename(name)} | ${outcome} | ${NOTHING_SAID} | ${seconds(endTime - startTime)} | ${today} |`,
  ];
}

/** Faults that were made at once took as long as all of them. */
function tookOf(duration, verify) {
  const took = Math.max(duration ?? 0, verify?.wellAfterMs ?? 0);
  return took < (verify?.namedAfterMs ?? 0) ? '—' : seconds(took);
}

/** Of a test that had verify name a fault. */
function verdictOf(verify) {
  if (verify === undefined) return NOTHING_SAID;
  const { said, namedAfterMs, tookMs } = verify;
  const sentences = said.slice(0, MOST_SENTENCES).map((one) => cell(shortened(one)));
  const more = said.length > MOST_SENTENCES ? `; ${said.length - MOST_SENTENCES} more` : '';
  return `${sentences.join('; ')}${more} | ${seconds(namedAfterMs)}, verify ${seconds(tookMs)}`;
}

function shortened(text) {
  return text.length > MOST_LETTERS ? `${text.slice(0, MOST_LETTERS)}…` : text;
}

function cell(text) {
  return text.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|');
}

function seconds(ms) {
  return `${((ms ?? 0) / 1000).toFixed(1)} s`;
}

/** Rows of the last table that were not made anew. */
function othersThan(rows) {
  const nameOf = (row) => row.split(' | ')[0];
  const made = rows.map(nameOf);
  const isRow = (line) => line.startsWith('| ') && !line.startsWith('| fault |');
  return readFileSync(TABLE, 'utf8')
    .split('\n')
    .filter((line) => isRow(line) && !made.includes(nameOf(line)));
}
