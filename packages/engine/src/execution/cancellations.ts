import { JackfieldError } from '@jackfield/contract';
import type { CallContext, Logger } from '../engine.ts';
import type { CancellationStore } from '../stores/store.ts';

export interface CancellationsOptions {
  readonly store: CancellationStore;
  readonly now: () => Date;
  readonly logger: Logger;
}

/** A call that can be given up by a request of its own. */
export interface CancellableCall {
  /** Fires when the call is given up, in whichever way. */
  readonly signal: AbortSignal;
  /** The call has ended. */
  end(): void;
}

/** A call that runs here is ended at once; one that runs elsewhere hears of it when it next looks. */
const lookEveryMs = 1_000;

/** Longer than any call runs. */
const keptMs = 10 * 60_000;

/** Ends calls whose callers give them up by another request, which may reach another process than the call did. */
export class Cancellations {
  readonly #options: CancellationsOptions;
  /** How to end each call that runs here. */
  readonly #running = new Map<string, () => void>();

  constructor(options: CancellationsOptions) {
    this.#options = options;
  }

  /** @param call names the call among those of the session: another call of the same name must not run at once */
  begin(sessionId: string, call: string, { projectId, signal }: CallContext): CancellableCall {
    const controller = new AbortController();
    const key = JSON.stringify([projectId, sessionId, call]);
    const cancel = () => controller.abort(cancelled());
    const timer = setInterval(async () => {
      try {
        if (await this.#options.store.isRequested({ projectId, sessionId, call })) cancel();
      } catch (error) {
        this.#options.logger.debug({ sessionId, err: error }, 'cancellation not read');
      }
    }, lookEveryMs);
    timer.unref();
    this.#running.set(key, cancel);
    return {
      signal: AbortSignal.any([signal, controller.signal]),
      end: () => {
        clearInterval(timer);
        if (this.#running.get(key) === cancel) this.#running.delete(key);
      },
    };
  }

  async cancel(sessionId: string, call: string, { projectId }: CallContext): Promise<void> {
    const here = this.#running.get(JSON.stringify([projectId, sessionId, call]));
    if (here !== undefined) return here();
    const expiresAt = new Date(this.#options.now().getTime() + keptMs);
    await this.#options.store.request({ projectId, sessionId, call, expiresAt });
  }
}

function cancelled(): JackfieldError {
  return new JackfieldError('ABORTED', { message: 'The call was given up by its caller.' });
}
