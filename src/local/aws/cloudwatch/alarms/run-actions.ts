import { messageOf } from '../../../../lib/errors.ts';
import type { AlarmAction, AlarmTransition } from '../../../ports.ts';
import type { Alarm } from './alarm.ts';
import type { AlarmHistory } from './history.ts';

/** Carries out what an alarm has for its new state; how each went is in its history, and nowhere else. */
export async function runActions(
  alarm: Alarm,
  transition: AlarmTransition,
  actions: readonly AlarmAction[],
  history: AlarmHistory,
): Promise<void> {
  if (!alarm.actionsEnabled) return;
  await Promise.all(
    alarm.actions[transition.state].map(async (arn) => {
      const outcome = await act(arn, transition, actions);
      const executed = outcome.ok
        ? `Successfully executed action ${arn}`
        : `Failed to execute action ${arn}. Received error: "${outcome.why}"`;
      history.add(alarm, {
        type: 'Action',
        summary: executed,
        data: {
          actionState: outcome.ok ? 'Succeeded' : 'Failed',
          notificationResource: arn,
          ...(outcome.ok ? { publishedMessage: transition.message } : { error: outcome.why }),
        },
      });
    }),
  );
}

export async function act(
  arn: string,
  transition: AlarmTransition,
  actions: readonly AlarmAction[],
): Promise<{ ok: true } | { ok: false; why: string }> {
  const action = actions.find((one) => one.takes(arn));
  if (action === undefined) return { ok: false, why: 'nothing here carries out actions of this kind' };
  try {
    return await action.act(arn, transition);
  } catch (error) {
    return { ok: false, why: messageOf(error) };
  }
}
