import { taskAddress } from '../../../lib/fleet/embedded-layout.ts';

export interface Addresses {
  take(): string;
  giveBack(address: string): void;
}

/** Gives every task an address of its own, and one that was just used to nobody for as long as possible. */
export function createAddresses(slot: number): Addresses {
  const taken = new Set<string>();
  let next = 0;
  return {
    take() {
      let address = taskAddress(slot, next++);
      while (taken.has(address)) address = taskAddress(slot, next++);
      taken.add(address);
      return address;
    },
    giveBack: (address) => void taken.delete(address),
  };
}
