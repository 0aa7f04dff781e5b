export interface ServingWorker {
  /** Calls that it has. */
  readonly running: number;
  /** Calls that it would take beside those. */
  readonly capacity: number;
}

/**
 * How many of the calls that wait a worker may take, so that none gets one while another that waits has fewer.
 *
 * @param others who take calls of the same session
 */
export function fairShare(waiting: number, worker: ServingWorker, others: readonly ServingWorker[]): number {
  const free = others.map(({ running, capacity }) => ({ running, capacity }));
  let taken = 0;
  for (let left = waiting; left > 0 && taken < worker.capacity; left -= 1) {
    const idlest = free
      .filter(({ capacity }) => capacity > 0)
      .reduce<(typeof free)[number] | undefined>(
        (least, each) => (least === undefined || each.running < least.running ? each : least),
        undefined,
      );
    if (idlest === undefined || worker.running + taken <= idlest.running) taken += 1;
    else {
      idlest.running += 1;
      idlest.capacity -= 1;
    }
  }
  return taken;
}
