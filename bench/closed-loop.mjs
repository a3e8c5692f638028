/** Milliseconds; enough for the code to be compiled on both sides. */
const WARM_UP = 3_000;

/**
 * Keeps so many requests in flight: each sends the next one when it has its answer.
 * @param ask resolves when an answer has come and is right
 * @returns answers a second, and milliseconds from each request to its answer
 */
export async function closedLoop(ask, inFlight, seconds = 5) {
  const times = [];
  const begins = performance.now() + WARM_UP;
  const ends = begins + seconds * 1000;
  const worker = async () => {
    for (let sent = performance.now(); sent < ends; sent = performance.now()) {
      await ask();
      if (sent >= begins) times.push(performance.now() - sent);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  times.sort((a, b) => a - b);
  const at = (share) => times[Math.floor(times.length * share)];
  return { rate: Math.round(times.length / seconds), p50: at(0.5), p99: at(0.99) };
}
