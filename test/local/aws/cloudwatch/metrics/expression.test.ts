import { expect, it } from 'vitest';
import { computeExpression } from '../../../../../src/local/aws/cloudwatch/metrics/expression.ts';

const metrics = new Map([
  ['m1', [1, 2, undefined]],
  ['m2', [10, 0, 30]],
]);
const compute = (text: string) => computeExpression(text, metrics, 3, ['m1', 'm2']);
const _ = undefined;

it.each([
  ['m1 + m2', [11, 2, _]],
  ['m2 / m1', [10, 0, _]],
  ['m1 / m2', [0.1, _, _]],
  ['100 * m1 - 2 ^ 3', [92, 192, _]],
  ['-m2', [-10, 0, -30]],
  ['(m1 + 1) * 2', [4, 6, _]],
  ['SUM(METRICS())', [11, 2, 30]],
  ['AVG([m1, m2])', [5.5, 1, 30]],
  ['MAX(m2)', [30, 30, 30]],
  ['m2 > 5', [1, 0, 1]],
  ['FILL(m1, 0)', [1, 2, 0]],
  ['FILL(m1, REPEAT)', [1, 2, 2]],
  ['IF(m2 > 5, m2, 0)', [10, 0, 30]],
  ['FLOOR(m2 / 4)', [2, 0, 7]],
])('%s', (text, expected) => expect(compute(text)).toEqual(expected));

it.each(['m3', 'm1 +', '(m1', 'SEARCH(m1)', 'METRICS()', 'm1 m2', '', "m1 ' m2"])('refuses %s', (text) => {
  expect(() => compute(text)).toThrow(expect.objectContaining({ code: 'ValidationException' }));
});
