/** The work to be timed. */
export type Run = () => unknown;

/**
 * One of the things compared: makes ready what is not to be timed, and returns what is. Called once a round, so that
 * each run starts from the same state.
 */
export type Contender = () => Run | Promise<Run>;

/** Durations of one contender, in milliseconds. */
export interface Timing {
  readonly median: number;
  /** The middle half of the rounds lies between these two. */
  readonly lowerQuartile: number;
  readonly upperQuartile: number;
  /** Rounds timed. */
  readonly n: number;
}

export interface CompareOptions {
  /** Rounds that are run and not counted. */
  readonly warmUp: number;
  readonly rounds: number;
  /**
   * Collect garbage before each run, so that none pays for another's; for runs that make much of it. Needs
   * `--expose-gc`. Default: false.
   */
  readonly collectGarbage?: boolean;
}

/**
 * Times contenders in turns: each round runs every one of them once, beginning with another one than the round before,
 * so that what else the machine does falls on all alike.
 */
export async function compare<Name extends string>(
  contenders: Readonly<Record<Name, Contender>>,
  { warmUp, rounds, collectGarbage = false }: CompareOptions,
): Promise<Record<Name, Timing>> {
  const names = Object.keys(contenders) as Name[];
  const durations = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round < warmUp + rounds; round++) {
    for (let turn = 0; turn < names.length; turn++) {
      const name = names[(round + turn) % names.length] as Name;
      const run = await contenders[name]();
      if (collectGarbage) globalThis.gc?.();
      const start = performance.now();
      await run();
      const duration = performance.now() - start;
      if (round >= warmUp) durations.get(name)?.push(duration);
    }
  }
  return Object.fromEntries([...durations].map(([name, values]) => [name, summarise(values)])) as Record<Name, Timing>;
}

function summarise(durations: readonly number[]): Timing {
  const sorted = durations.toSorted((a, b) => a - b);
  return {
    median: quantile(sorted, 0.5),
    lowerQuartile: quantile(sorted, 0.25),
    upperQuartile: quantile(sorted, 0.75),
    n: sorted.length,
  };
}

function quantile(sorted: readonly number[], fraction: number): number {
  const position = (sorted.length - 1) * fraction;
  const below = sorted[Math.floor(position)] ?? Number.NaN;
  const above = sorted[Math.ceil(position)] ?? Number.NaN;
  return below + (above - below) * (position - Math.floor(position));
}
