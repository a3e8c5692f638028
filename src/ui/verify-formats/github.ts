import { toUSVString } from 'node:util';
import type { VerifyDocument } from '../../lib/verify/document.ts';
import { painter, plain } from '../paint.ts';
import { joinedCommands } from '../remedies.ts';
import { list } from '../verify-group-text.ts';
import { verdictLine } from '../verify-view.ts';
import { causesOf } from './causes.ts';

/**
 * Annotations of a GitHub workflow, one a cause, and the verdict:
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 */
export function github(document: VerifyDocument): string {
  const lines = causesOf(document.findings).map(
    ({ status, checks, subjects, message, consequences, remedy, runbooks }) => {
      const said = [
        message,
        ...(consequences.length > 0 ? [`and ${consequences.length} findings that follow from it`] : []),
        ...joinedCommands(remedy).map((command) => `$ ${command}`),
        ...runbooks.map((file) => `see ${file}`),
      ];
      const level = status === 'warn' ? 'warning' : 'error';
      return annotation(level, `${status} ${checks.join(', ')}: ${list(subjects)}`, said.join('\n'));
    },
  );
  return [...lines, verdictLine(document, painter(false))].join('\n');
}

export function annotation(level: 'error' | 'warning', title: string, message: string): string {
  return `::${level} title=${property(title)}::${data(plain(message))}`;
}

/** What ends a command, or would begin another one. */
function data(text: string): string {
  return toUSVString(text).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(plain(text)).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
