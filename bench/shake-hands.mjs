// A handshake with each listener of the fleet, as `tls status` does it: `node --import tsx bench/shake-hands.mjs TIMES`.
// Prints, as JSON, how many there are and how many milliseconds each time took, without the time that Node needs to start.
import { loadFleet } from '../src/lib/fleet/load.ts';
import { listenersOf } from '../src/lib/tls/listeners.ts';
import { lookAtListeners } from '../src/lib/tls/look-at-listeners.ts';
import { visitorOf } from '../src/lib/tls/visitor.ts';

const { GSYS_HOME: home, GSYS_SLOT: slot } = process.env;
const { environment } = await loadFleet({ from: process.cwd(), home, slot });
const listeners = listenersOf(environment);
const took = [];
for (let i = 0; i < Number(process.argv[2]); i++) {
  const started = performance.now();
  const looked = await lookAtListeners(listeners, await visitorOf(environment.operator), undefined);
  const unseen = looked.filter(({ seen }) => seen === undefined);
  if (unseen.length > 0) throw new Error(`${unseen.length} were not seen: ${unseen[0].fault.message}`);
  took.push(performance.now() - started);
}
console.log(JSON.stringify({ listeners: listeners.length, took }));
