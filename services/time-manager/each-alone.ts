/**
 * Does the same to each, one after the other; one that fails keeps no other from its turn.
 * @throws the first failure, when all have had theirs
 */
export async function eachAlone<T>(items: T[], work: (item: T) => Promise<void>): Promise<void> {
  const failures: unknown[] = [];
  for (const item of items) await work(item).catch((error) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}
