/** Runs `work` with a signal that fires when the caller's does, or when the time is over. */
export async function withTimeout<Result>(
  signal: AbortSignal,
  timeoutMs: number,
  reason: () => unknown,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(reason()), timeoutMs);
  try {
    return await work(AbortSignal.any([signal, timeout.signal]));
  } finally {
    clearTimeout(timer);
  }
}
