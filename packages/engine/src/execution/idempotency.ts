import { hash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { errorCodes, JackfieldError, type JsonObject, type SerializedError } from '@jackfield/contract';
import { isJsonObject } from '@jackfield/json-schema';
import type { IdempotencyKey, IdempotencyRecord, IdempotencyStore } from '../stores/store.ts';

export interface RecordedResult {
  readonly data: unknown;
  readonly content?: readonly JsonObject[] | undefined;
  readonly failure?: JackfieldError | undefined;
  readonly logId: string;
}

export interface IdempotentCall {
  readonly key: IdempotencyKey;
  /** Of everything that makes the call what it is. */
  readonly argumentHash: string;
  /** Repeating it after an unknown end is harmless. */
  readonly safe: boolean;
}

export interface IdempotencyOptions {
  readonly store: IdempotencyStore;
  readonly now: () => Date;
  /** Names this process. */
  readonly ownerId: string;
  /** Longer than any call runs: one that began earlier and has not ended lost its process. */
  readonly leaseMs: number;
}

const keptMs = 24 * 60 * 60 * 1000;

/** For how long a second call with the same key waits for the first. */
const waitMs = 2_000;
const pollMs = 50;

/**
 * Makes calls with the same key happen once. A key is taken only when nothing stands in the way of the call any more, so
 * that one that was refused (wrong arguments, no connection) can be mended and sent again under the same key.
 */
export class Idempotency {
  readonly #options: IdempotencyOptions;

  constructor(options: IdempotencyOptions) {
    this.#options = options;
  }

  /**
   * The result of the call with this key, if there was one.
   *
   * @throws JackfieldError `CONFLICT`: the key was used for another call; the call is still running; or it is unknown
   *   whether it happened
   */
  async recorded(call: IdempotentCall, signal: AbortSignal): Promise<RecordedResult | undefined> {
    const record = await this.#options.store.get(call.key);
    return record === undefined ? undefined : this.#settle(record, call, signal);
  }

  /**
   * Takes the key; undefined means that the call is this caller's to make.
   *
   * @throws JackfieldError `CONFLICT` as {@link recorded}
   */
  async begin(call: IdempotentCall, signal: AbortSignal): Promise<RecordedResult | undefined> {
    const { created, record } = await this.#options.store.begin({
      ...call.key,
      argumentHash: call.argumentHash,
      ownerId: this.#options.ownerId,
      expiresAt: new Date(this.#options.now().getTime() + keptMs),
    });
    return created ? undefined : this.#settle(record, call, signal);
  }

  async complete(call: IdempotentCall, { data, content, failure, logId }: RecordedResult): Promise<void> {
    await this.#options.store.complete({
      ...call.key,
      ownerId: this.#options.ownerId,
      state: 'done',
      response: { data, ...(content === undefined ? {} : { content }), failure: failure?.toJSON() ?? null, logId },
    });
  }

  /** Notes that nobody knows whether the call happened. */
  async lose(call: IdempotentCall): Promise<void> {
    await this.#options.store.complete({
      ...call.key,
      ownerId: this.#options.ownerId,
      state: 'unknown',
      response: null,
    });
  }

  /** Gives the key back: nothing happened. */
  async release(call: IdempotentCall): Promise<void> {
    await this.#options.store.release({ ...call.key, ownerId: this.#options.ownerId });
  }

  async #settle(
    first: IdempotencyRecord,
    call: IdempotentCall,
    signal: AbortSignal,
  ): Promise<RecordedResult | undefined> {
    let record: IdempotencyRecord | undefined = first;
    for (let waited = 0; ; waited += pollMs) {
      // Given back meanwhile.
      if (record === undefined) return this.begin(call, signal);
      if (record.argumentHash !== call.argumentHash) {
        throw new JackfieldError('CONFLICT', {
          message: `The idempotency key ${JSON.stringify(call.key.key)} was used for another call.`,
          fix: 'Use one key for one call: the same tool, account and arguments.',
        });
      }
      if (record.state === 'done') return toResult(record.response);
      if (record.state === 'unknown' || this.#isLost(record)) {
        if (call.safe) return undefined;
        throw new JackfieldError('CONFLICT', {
          message: 'It is unknown whether the call with this idempotency key happened: it was cut off before its end.',
          fix: 'Look whether it had its effect. If not, send it again under a new key.',
        });
      }
      if (waited >= waitMs) break;
      await delay(pollMs, undefined, { signal });
      record = await this.#options.store.get(call.key);
    }
    throw new JackfieldError('CONFLICT', {
      message: 'The call with this idempotency key is still running.',
      fix: 'Send it again in a moment to get its result.',
      retryable: true,
    });
  }

  #isLost({ state, createdAt }: IdempotencyRecord): boolean {
    return state === 'running' && createdAt.getTime() + this.#options.leaseMs < this.#options.now().getTime();
  }
}

function toResult(response: Readonly<JsonObject> | null): RecordedResult {
  const { data, content, failure, logId } = response ?? {};
  return {
    data,
    ...(Array.isArray(content) ? { content: content.filter(isJsonObject) } : {}),
    ...(isSerializedError(failure) ? { failure: new JackfieldError(failure.code, failure) } : {}),
    logId: String(logId),
  };
}

/** Written by `complete`. */
function isSerializedError(value: unknown): value is SerializedError {
  return isJsonObject(value) && typeof value.code === 'string' && value.code in errorCodes;
}

/** The same for calls that do the same: the order of keys does not count. */
export function argumentHash(parts: readonly unknown[]): string {
  return hash('sha256', JSON.stringify(parts, sortKeys), 'base64url');
}

function sortKeys(_key: string, value: unknown): unknown {
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
