/**
 * Who is who under `verify_and_map`: the one DNS SAN of a certificate is its holder's NATS user.
 * Renewal keeps the generation; revocation moves to the next one, because a server that gets a removed user
 * back accepts the revoked certificate again.
 */
export function natsUser(fleet: string, holder: string, generation = 1): string {
  return `${holder}.g${generation}.svc.${fleet}.internal`;
}

/** Whether a NATS user is this holder, of whatever generation. */
export function isUserOf(fleet: string, holder: string, user: string): boolean {
  const generation = /\.g(\d+)\.svc\./.exec(user)?.[1];
  return generation !== undefined && user === natsUser(fleet, holder, Number(generation));
}

/** gsys itself, in the fleet's account. */
export const OPERATOR = 'gsys-operator';

/** gsys itself, in the system account ($SYS). */
export const SYSTEM = 'gsys-system';

/** SSM path of the inventory: below it, by holder, what was issued last. */
export function inventoryPath(fleet: string, environment: string): string {
  return `/gsys/${fleet}/${environment}/tls/issued`;
}

/** SSM path of what revocations have left: which generations of whose identity are mapped. */
export function generationsPath(fleet: string, environment: string): string {
  return `/gsys/${fleet}/${environment}/tls/generations`;
}

/** SSM path below which the steps of rotations are. */
export function rotationsPath(fleet: string, environment: string): string {
  return `/gsys/${fleet}/${environment}/tls/rotations`;
}

/** SSM path below which it is said what was revoked, why and by whom. */
export function revocationsPath(fleet: string, environment: string): string {
  return `/gsys/${fleet}/${environment}/tls/revoked`;
}

/** Secrets Manager name of the authority that signs leaves: its certificate, the root, and its key in an envelope. */
export function issuerSecretName(fleet: string, environment: string): string {
  return `gsys/${fleet}/${environment}/tls-issuer`;
}

/** Secrets Manager name of a holder's `{cert,key,ca}`. */
export function tlsSecretName(fleet: string, environment: string, holder: string): string {
  return `gsys/${fleet}/${environment}/tls/${holder}`;
}
