import type { Offer } from './registration.ts';

/** Is there one capability of the type (empty: of any) that has all that is required? */
export function offers({ capabilities }: Offer, type: string, requirements: Record<string, string>): boolean {
  return capabilities.some(
    ({ capabilityType, attributes }) =>
      (type === '' || capabilityType === type) &&
      Object.entries(requirements).every(([key, value]) => attributes[key] === value),
  );
}
