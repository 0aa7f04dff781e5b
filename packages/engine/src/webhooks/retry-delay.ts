/** No attempt waits longer for its turn, whatever the receiver asks for. */
const longestMs = 8 * 60 * 60 * 1000;
const factor = 4;

/**
 * How long to wait after a number of failed attempts: four times as long each time, up to 8 hours, give or take a fifth
 * so that what failed together does not come back together.
 */
export function retryDelayMs({
  attempts,
  retryMs,
  asked = 0,
  random = Math.random,
}: {
  readonly attempts: number;
  /** After the first. */
  readonly retryMs: number;
  /** What the receiver asks for. */
  readonly asked?: number | undefined;
  readonly random?: (() => number) | undefined;
}): number {
  const delay = Math.min(retryMs * factor ** (attempts - 1), longestMs);
  return Math.round(Math.max(delay * (0.8 + 0.4 * random()), Math.min(asked, longestMs)));
}
