import { validation } from '../errors.ts';
import type { AlarmState } from './alarm.ts';

/** The rule of a composite alarm, read: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html */
export interface AlarmRule {
  /** Names of the alarms that it refers to, each once. */
  children: string[];
  /** @param stateOf undefined for an alarm that is not there: none of its states holds */
  holds(stateOf: (name: string) => AlarmState | undefined): boolean;
}

type Test = (stateOf: (name: string) => AlarmState | undefined) => boolean;

/** Characters, names and words of a rule. */
const LONGEST = 10_240;
const MOST_CHILDREN = 100;
const TOKEN = /"(?:\\.|[^"\\])*"|[()]|[^\s()"]+/g;
const STATES: readonly string[] = ['OK', 'ALARM', 'INSUFFICIENT_DATA'] satisfies AlarmState[];

/** @throws AwsError for what is no rule */
export function readAlarmRule(text: string): AlarmRule {
  if (text.trim() === '' || text.length > LONGEST)
    throw validation(`AlarmRule must have 1 to ${LONGEST} characters.`);
  const tokens = text.match(TOKEN) ?? [];
  const children = new Set<string>();
  let next = 0;

  const take = (token: string): boolean => {
    if (tokens[next] !== token) return false;
    next++;
    return true;
  };
  const expect = (token: string) => {
    if (!take(token)) throw wrong(tokens[next], `'${token}' is expected`);
  };
  const either = (): Test => {
    let test = both();
    while (take('OR')) {
      const [left, right] = [test, both()];
      test = (stateOf) => left(stateOf) || right(stateOf);
    }
    return test;
  };
  const both = (): Test => {
    let test = one();
    while (take('AND')) {
      const [left, right] = [test, one()];
      test = (stateOf) => left(stateOf) && right(stateOf);
    }
    return test;
  };
  const one = (): Test => {
    if (take('NOT')) {
      const test = one();
      return (stateOf) => !test(stateOf);
    }
    if (take('(')) {
      const test = either();
      expect(')');
      return test;
    }
    const word = tokens[next++];
    if (word === 'TRUE' || word === 'FALSE') return () => word === 'TRUE';
    if (word === undefined || !STATES.includes(word))
      throw wrong(word, 'a state, TRUE, FALSE, NOT or ( is expected');
    expect('(');
    const name = nameOf(tokens[next++]);
    expect(')');
    children.add(name);
    return (stateOf) => stateOf(name) === word;
  };

  const test = either();
  if (next < tokens.length) throw wrong(tokens[next], 'AND, OR or the end is expected');
  if (children.size > MOST_CHILDREN)
    throw validation(`AlarmRule must not contain more than ${MOST_CHILDREN} distinct alarms.`);
  return { children: [...children], holds: test };
}

/** A name in quotes or bare, or an ARN of either. */
function nameOf(token: string | undefined): string {
  if (token === undefined || token === '(' || token === ')')
    throw wrong(token, 'the name of an alarm is expected');
  const text = token.startsWith('"') ? token.slice(1, -1).replace(/\\(.)/g, '$1') : token;
  return /^arn:[^:]+:cloudwatch:[^:]*:[^:]*:alarm:(.+)$/.exec(text)?.[1] ?? text;
}

function wrong(token: string | undefined, what: string) {
  return validation(
    `AlarmRule must not contain invalid syntax: ${what} ${token === undefined ? 'at the end' : `before '${token}'`}.`,
  );
}
