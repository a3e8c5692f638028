import type { Explanation } from '../lib/verify/explain.ts';
import { type Paint, plain } from './paint.ts';
import { wrap } from './wrap.ts';

const WIDTH = 80;
const INDENT = '  ';

/** What a check proves, what it stands on, and its runbook, for a terminal of 80 columns. */
export function explainText(explanations: Explanation[], paint: Paint): string {
  return explanations.map((one) => oneText(one, paint)).join('\n\n\n');
}

function oneText({ check, title, proves, uses, dependsOn, runbook }: Explanation, paint: Paint): string {
  const part = (name: string, lines: string[]) =>
    lines.length === 0 ? [] : [[paint('bold', name), ...lines.map((line) => INDENT + line)].join('\n')];
  const words = (text: string) => wrap(plain(text), WIDTH - INDENT.length);
  const sections = runbook.sections?.flatMap(({ title: name, text }) => part(name, markdownLines(text)));
  return [
    `${paint('bold', check)}  ${title}`,
    ...part('It proves', words(proves)),
    ...part('It looks at', words(uses.join(', '))),
    ...part('It follows from', words(dependsOn.join(', '))),
    ...(sections ?? part('Its runbook', [`${runbook.path} is not on this machine`])),
    paint('dim', runbook.path),
  ].join('\n\n');
}

/** Paragraphs and list entries wrapped; code as it is, to be copied. */
function markdownLines(text: string): string[] {
  const blocks = plain(text).split(/\n(?=[-*] |\d+\. |\n|```| {4})/);
  let inCode = false;
  return blocks.flatMap((block) => {
    const fences = block.match(/```/g)?.length ?? 0;
    const wasCode = inCode;
    if (fences % 2 === 1) inCode = !inCode;
    if (wasCode || fences > 0 || block.startsWith('    '))
      return block.split('\n').filter((line) => !line.startsWith('```'));
    const hang = /^([-*]|\d+\.) /.exec(block)?.[0].length ?? 0;
    const lines = wrap(block.replace(/`([^`]*)`/g, '$1'), WIDTH - INDENT.length - hang);
    return lines.map((line, i) => (i === 0 ? line : ' '.repeat(hang) + line));
  });
}
