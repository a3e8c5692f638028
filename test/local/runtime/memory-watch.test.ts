import { describe, expect, it } from 'vitest';
import { type MemoryUser, overLimit } from '../../../src/local/runtime/memory-watch.ts';

describe('memory limits', () => {
  const user = (group: number, limit: number | undefined, task = 't'): MemoryUser => ({
    group,
    limit,
    task: { id: task, limit: 100 },
    onExceeded() {},
  });

  it('end a container above its own limit', () => {
    const users = [user(1, 40), user(2, 40)];
    const used = new Map([
      [1, 41],
      [2, 10],
    ]);
    expect(overLimit(users, used)).toEqual([users[0]]);
  });

  it('end the largest container of a task that is above its limit', () => {
    const users = [user(1, undefined), user(2, undefined), user(3, undefined, 'other')];
    const used = new Map([
      [1, 45],
      [2, 60],
      [3, 90],
    ]);
    expect(overLimit(users, used)).toEqual([users[1]]);
  });

  it('that the kernel holds one container to are watched where several share a task', () => {
    const enforced = (group: number, task: string) => ({ ...user(group, undefined, task), enforced: true });
    const users = [enforced(1, 'alone'), enforced(2, 'two'), enforced(3, 'two')];
    const used = new Map([
      [1, 120],
      [2, 60],
      [3, 50],
    ]);
    expect(overLimit(users, used)).toEqual([users[1]]);
  });
});
