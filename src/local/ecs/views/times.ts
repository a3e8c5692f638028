/** Milliseconds since the epoch as the SDK's Date; what never happened stays undefined. */
export function date(milliseconds: number): Date;
export function date(milliseconds: number | undefined): Date | undefined;
export function date(milliseconds: number | undefined): Date | undefined {
  return milliseconds === undefined ? undefined : new Date(milliseconds);
}
