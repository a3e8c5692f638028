import type { Scanner } from './scanner.ts';

export type Condition<T> = (value: T) => boolean;

/** Reads conditions joined by `&&` and `||`, with parentheses; `&&` binds closer. */
export function readConditions<T>(scanner: Scanner, one: () => Condition<T>): Condition<T> {
  const any = [readAll(scanner, one)];
  while (isNext(scanner, '||')) any.push(readAll(scanner, one));
  return (value) => any.some((condition) => condition(value));
}

function readAll<T>(scanner: Scanner, one: () => Condition<T>): Condition<T> {
  const all = [readOne(scanner, one)];
  while (isNext(scanner, '&&')) all.push(readOne(scanner, one));
  return (value) => all.every((condition) => condition(value));
}

function readOne<T>(scanner: Scanner, one: () => Condition<T>): Condition<T> {
  scanner.space();
  if (!scanner.took('(')) return one();
  const inner = readConditions(scanner, one);
  scanner.space();
  if (!scanner.took(')')) scanner.fail('a parenthesis is not closed');
  return inner;
}

function isNext(scanner: Scanner, operator: string): boolean {
  scanner.space();
  return scanner.took(operator);
}
