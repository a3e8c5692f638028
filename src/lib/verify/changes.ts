import type { Changes, Finding, Status } from './document.ts';

/** What is remembered of a finding. */
export type Told = Pick<Finding, 'status' | 'message'>;

/**
 * What became of each trouble since somebody last looked. Pure.
 * @param before by id of the finding
 * @param since when that was; ISO 8601
 */
export function changesBetween(
  before: ReadonlyMap<string, Told>,
  after: readonly Finding[],
  since: string,
): Changes {
  const changes: Changes = { since, new: [], changed: [], healed: [], same: [] };
  for (const { id, status, message } of after) {
    const then = before.get(id);
    const wasTrouble = then !== undefined && isTrouble(then.status);
    if (isTrouble(status)) {
      if (!wasTrouble) changes.new.push(id);
      else if (then.status !== status || gist(then.message) !== gist(message))
        changes.changed.push({ id, from: then.status, to: status });
      else changes.same.push(id);
    } else if (wasTrouble) changes.healed.push(id);
  }
  const now = new Set(after.map(({ id }) => id));
  // Whatever nobody speaks of any more, as a service of nobody's that is gone.
  for (const [id, { status }] of before) if (isTrouble(status) && !now.has(id)) changes.healed.push(id);
  return changes;
}

export function isQuiet(changes: Changes): boolean {
  return changes.new.length + changes.changed.length + changes.healed.length === 0;
}

function isTrouble(status: Status): boolean {
  return status === 'fail' || status === 'unknown' || status === 'warn';
}

/** A message without quantities that move by themselves; that one task of two runs where two did is news. */
function gist(message: string): string {
  return message.replace(/\d+(\.\d+)? ?(ms|s|bytes|minutes|hours|days|operations)\b/g, '# $2');
}
