import { isDeepStrictEqual } from 'node:util';
import type { MessageInitShape } from '@bufbuild/protobuf';
import {
  AdjustModeRequestSchema,
  AdjustModeResponseSchema,
  GetMetricsRequestSchema,
  GetMetricsResponseSchema,
  Mode,
  type PerformanceMetricsSchema,
  SetBudgetRequestSchema,
  SetBudgetResponseSchema,
} from '../gen/performance_mode_pb.js';
import { type Endpoint, endpoint } from '../sdk/endpoint.ts';
import { Code, ServiceError } from '../sdk/errors.ts';
import type { Events } from '../sdk/events.ts';
import { idOf, within } from '../sdk/fields.ts';
import { type Bucket, safeKey } from '../sdk/kv.ts';
import { type Budgets, keptWithin } from './budgets.ts';
import { type Chosen, recommend } from './recommend.ts';
import { LONGEST_S, type Metrics, metricsOf, type Report, since, withReports } from './reports.ts';
import { budgetOf, reportsOf, wanted } from './request.ts';
import { PRESETS } from './settings.ts';

/** Seconds. */
const DEFAULT_DURATION = 60;
/** Of a player who has chosen nothing. */
const UNCHOSEN: Chosen = { mode: Mode.BALANCED, settings: PRESETS[Mode.BALANCED] };
const BUDGETS = 'budgets';
const modeKey = (playerId: string) => `mode.${safeKey(playerId)}`;
const reportsKey = (playerId: string) => `reports.${safeKey(playerId)}`;

/** The three endpoints over the bucket that all tasks share. */
export function performanceEndpoints(
  bucket: Bucket,
  events: Events,
  now: () => number = Date.now,
): Record<string, Endpoint> {
  const budgetsNow = async () => (await bucket.get<Budgets>(BUDGETS)) ?? {};

  /** What is there when these have come. */
  const takeIn = async (playerId: string, added: Report[]): Promise<Report[]> => {
    if (added.length === 0) return (await bucket.get<Report[]>(reportsKey(playerId))) ?? [];
    let reports: Report[] = [];
    await bucket.update<Report[]>(reportsKey(playerId), (current = []) => {
      const next = withReports(current, added, now());
      reports = next ?? current;
      return next;
    });
    return reports;
  };

  return {
    adjust_mode: endpoint(AdjustModeRequestSchema, AdjustModeResponseSchema, async (request, { log }) => {
      const playerId = idOf('player_id', request.playerId);
      const budgets = await budgetsNow();
      let chosen = UNCHOSEN;
      let isChanged = false;
      await bucket.update<Chosen>(modeKey(playerId), (current) => {
        const { mode, settings } = wanted(request, current ?? UNCHOSEN);
        chosen = { mode, settings: keptWithin(settings, budgets) };
        isChanged = !isDeepStrictEqual(chosen, current);
        return isChanged ? chosen : undefined;
      });
      const settings = { ...chosen.settings };
      const payload = { player_id: playerId, mode: Mode[chosen.mode].toLowerCase(), settings };
      if (isChanged) await events.announce('evt.perf.mode.changed.v1', { payload }, log);
      return { appliedSettings: settings };
    }),

    get_metrics: endpoint(GetMetricsRequestSchema, GetMetricsResponseSchema, async (request) => {
      const playerId = idOf('player_id', request.playerId);
      const seconds = within('duration_seconds', request.durationSeconds, 0, LONGEST_S) || DEFAULT_DURATION;
      const reports = await takeIn(playerId, reportsOf(request.reports, now()));
      const metrics = metricsOf(since(reports, seconds, now()));
      if (metrics === undefined)
        throw new ServiceError(
          Code.NOT_FOUND,
          `No frames of this player were reported in the last ${seconds} s.`,
        );
      const [chosen = UNCHOSEN, budgets] = await Promise.all([
        bucket.get<Chosen>(modeKey(playerId)),
        budgetsNow(),
      ]);
      return { metrics: toMessage(metrics), recommendedMode: recommend(chosen, metrics, budgets) };
    }),

    set_budget: endpoint(SetBudgetRequestSchema, SetBudgetResponseSchema, async (request) => {
      const which = budgetOf(request);
      const { budgetType, budgetValue, strictEnforcement } = request;
      const setMs = now();
      await bucket.update<Budgets>(BUDGETS, (current = {}) => {
        const { [which]: _, ...others } = current;
        if (budgetValue === undefined) return others;
        return { ...others, [which]: { value: budgetValue, isStrict: strictEnforcement, setMs } };
      });
      const value = budgetValue === undefined ? {} : { budgetValue };
      const appliedBudget = { budgetType, ...value, strictEnforcement, setAtMs: BigInt(setMs) };
      return { success: true, appliedBudget };
    }),
  };
}

function toMessage(metrics: Metrics): MessageInitShape<typeof PerformanceMetricsSchema> {
  const { fps, frameMs, slowestMs, dropped, busyMs, memoryMb, reports, seconds } = metrics;
  return {
    averageFps: fps,
    ...(frameMs !== undefined && { averageFrameMs: frameMs }),
    slowestFrameMs: slowestMs,
    droppedFrames: dropped,
    ...(busyMs !== undefined && { busyFrameMs: busyMs }),
    ...(memoryMb !== undefined && { memoryMb }),
    reports,
    measuredSeconds: seconds,
  };
}
