import type { ToolProgress } from '@jackfield/engine';

export interface RunningProgress {
  /** What the tool itself says. */
  readonly report: (progress: ToolProgress) => void;
  stop(): void;
}

/**
 * Tells a client that its call is still running: what the tool reports, or else, for a tool that says nothing, the seconds
 * so far. `progress` grows with each notification, as MCP wants it.
 */
export function startProgress(
  intervalMs: number,
  send: (report: { progress: number; total?: number; message?: string }) => Promise<void>,
): RunningProgress {
  const started = performance.now();
  let last = Number.NEGATIVE_INFINITY;
  let stopped = false;

  function notify({ progress, total, message }: ToolProgress): void {
    if (stopped || !(progress > last)) return;
    last = progress;
    // A client that has left is the call's own concern.
    send({
      progress,
      ...(total === undefined ? {} : { total }),
      ...(message === undefined ? {} : { message }),
    }).catch(() => undefined);
  }

  const timer = setInterval(() => {
    const seconds = Math.round((performance.now() - started) / 1000);
    notify({ progress: seconds, message: `Running for ${seconds} s` });
  }, intervalMs);
  timer.unref();

  return {
    report(progress) {
      clearInterval(timer);
      // Seconds that were told before are no measure of what the tool counts.
      if (last === Number.NEGATIVE_INFINITY || progress.progress > last) notify(progress);
    },
    stop() {
      stopped = true;
      clearInterval(timer);
    },
  };
}
