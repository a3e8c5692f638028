/**
 * Does a reply hold at least what is expected? Objects may have more fields, arrays more elements.
 * @returns where it does not, one sentence each
 */
export function mismatches(expected: unknown, actual: unknown, path = 'reply'): string[] {
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual)) return [`${path} is ${show(actual)}, not a list`];
    return expected.flatMap((element, i) => mismatches(element, actual[i], `${path}[${i}]`));
  }
  if (typeof expected === 'object' && expected !== null) {
    if (typeof actual !== 'object' || actual === null) return [`${path} is ${show(actual)}, not an object`];
    return Object.entries(expected).flatMap(([key, value]) =>
      mismatches(value, (actual as Record<string, unknown>)[key], `${path}.${key}`),
    );
  }
  return Object.is(expected, actual) ? [] : [`${path} is ${show(actual)}, not ${show(expected)}`];
}

function show(value: unknown): string {
  return value === undefined ? 'absent' : JSON.stringify(value);
}
