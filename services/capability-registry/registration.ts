/** What a service says of itself. */
export interface Offer {
  capabilities: { capabilityType: string; attributes: Record<string, string> }[];
  endpoint: string;
  metadata: Record<string, string>;
}

/** One value a service, as it lies in the bucket: its tasks share it, and each of their heartbeats keeps it alive. */
export interface Registration {
  serviceId: string;
  /** When it began, milliseconds since the epoch: a service that was gone and comes back is another registration. */
  begun: number;
  offer: Offer;
  metrics: Record<string, number>;
  heartbeatMs: number;
  /** Since when it is gone. */
  goneMs?: number;
  /** Events that are still to be published, in their order. They are written together with what they tell of. */
  untold: Notice[];
}

export interface Notice {
  what: 'registered' | 'removed';
  begun: number;
  atMs: number;
}

/** Without a heartbeat a registration ends after this; milliseconds. */
export const LIFETIME_MS = 300_000;
/** How often one should come. */
export const HEARTBEAT_MS = LIFETIME_MS / 3;
/** For how long those that are gone can be asked for. */
export const REMEMBERED_MS = 24 * 3_600_000;

export function isOnline({ heartbeatMs, goneMs }: Registration, now: number): boolean {
  return goneMs === undefined && now - heartbeatMs < LIFETIME_MS;
}

/** The same registration with another offer while it lives, otherwise a new one. */
export function withOffer(
  current: Registration | undefined,
  serviceId: string,
  offer: Offer,
  now: number,
): Registration {
  if (current && isOnline(current, now)) return { ...current, offer, heartbeatMs: later(current, now) };
  const before = current && (aged(current, now) ?? current);
  // Task clocks differ a little; a new registration never has an old one's id.
  const begun = Math.max(now, (before?.begun ?? 0) + 1);
  return {
    ...{ serviceId, begun, offer },
    metrics: {},
    heartbeatMs: now,
    untold: [...(before?.untold ?? []), { what: 'registered', begun, atMs: now }],
  };
}

/** @returns undefined when this registration is no more */
export function withHeartbeat(
  current: Registration | undefined,
  begun: number,
  metrics: Record<string, number>,
  now: number,
): Registration | undefined {
  if (current?.begun !== begun || !isOnline(current, now)) return undefined;
  const told = Object.keys(metrics).length > 0;
  return { ...current, heartbeatMs: later(current, now), ...(told && { metrics }) };
}

/** What time makes of it: gone, then (null) forgotten. Undefined where nothing has changed. */
export function aged(current: Registration, now: number): Registration | null | undefined {
  const { begun, goneMs, untold } = current;
  if (goneMs !== undefined) return now - goneMs > REMEMBERED_MS && untold.length === 0 ? null : undefined;
  if (isOnline(current, now)) return undefined;
  return { ...current, goneMs: now, untold: [...untold, { what: 'removed', begun, atMs: now }] };
}

/** Undefined where somebody else has noted it already. */
export function withTold(current: Registration, { what, begun }: Notice): Registration | undefined {
  const untold = current.untold.filter((one) => one.what !== what || one.begun !== begun);
  return untold.length === current.untold.length ? undefined : { ...current, untold };
}

export function registrationId({ serviceId, begun }: Pick<Registration, 'serviceId' | 'begun'>): string {
  return `${serviceId}.${begun}`;
}

export function parseRegistrationId(id: string): { serviceId: string; begun: number } | undefined {
  const [, serviceId, begun] = /^([A-Za-z0-9_-]{1,64})\.(\d{1,15})$/.exec(id) ?? [];
  return serviceId === undefined ? undefined : { serviceId, begun: Number(begun) };
}

/** A task whose clock is behind does not take back what another has heard. */
function later({ heartbeatMs }: Registration, now: number): number {
  return Math.max(heartbeatMs, now);
}
