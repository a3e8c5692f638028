import { GsysError } from '../../errors.ts';
import type { NatsNode } from '../../fleet/fleet.ts';

/** @param next what helps, where the transport knows */
export function nodeUnreachable({ name }: Pick<NatsNode, 'name'>, why: string, next?: string): GsysError {
  return new GsysError('NODE_UNREACHABLE', `the machine of ${name} is not reached: ${why}`, { next });
}

/** @param stderr what the script complained of: it never says anything secret */
export function nodeRefused({ name }: Pick<NatsNode, 'name'>, stderr: string): GsysError {
  const said = stderr.trim().split('\n').slice(-3).join('; ');
  return new GsysError('NODE_REFUSED', `${name}: ${said || 'the script failed without a word'}`);
}
