import { JackfieldError } from '@jackfield/contract';
import type { CallContext } from '../engine.ts';
import type { SecretOwner, Vault } from '../vault/vault.ts';
import { argumentHash, type Idempotency, type IdempotentCall } from './idempotency.ts';

interface IdempotentOperationOptions {
  readonly idempotency: Idempotency;
  readonly vault: Vault;
}

type Operation<Input, Response> = (input: Input, context: CallContext) => Promise<Response>;

/**
 * Makes an operation that creates something happen once for each idempotency key: a second call with the key gets the
 * first one's answer. What was refused leaves no trace, and can be mended and sent again under the same key.
 *
 * @param name keeps the keys of different operations apart.
 */
export function idempotentOperation<Input, Response>(
  name: string,
  operation: Operation<Input, Response>,
  { idempotency, vault }: IdempotentOperationOptions,
): Operation<Input, Response> {
  return async (input, context) => {
    const { projectId, idempotencyKey: key, requestId: logId } = context;
    if (key === undefined) return operation(input, context);
    // The input may hold a password, which a plain hash would let be guessed.
    const hash = vault.fingerprint(argumentHash([name, input]));
    const call: IdempotentCall = { key: { projectId, scope: name, key }, argumentHash: hash, safe: false };
    const owner: SecretOwner = { projectId, table: 'idempotency_records', id: JSON.stringify([name, key]) };
    const recorded = await idempotency.begin(call, context.signal);
    if (recorded !== undefined) return JSON.parse(await decryptRecord(vault, String(recorded.data), owner));
    let response: Response;
    try {
      response = await operation(input, context);
    } catch (error) {
      await (isRefusal(error) ? idempotency.release(call) : idempotency.lose(call));
      throw error;
    }
    // Answers hold links and tokens that are shown once.
    const secret = await vault.encrypt(JSON.stringify(response), owner);
    await idempotency.complete(call, { data: Buffer.from(secret).toString('base64'), logId });
    return response;
  };
}

/** Refused before anything was written. */
function isRefusal(error: unknown): boolean {
  return JackfieldError.isInstance(error) && error.status < 500;
}

async function decryptRecord(vault: Vault, data: string, owner: SecretOwner): Promise<string> {
  try {
    return await vault.decrypt(Buffer.from(data, 'base64'), owner);
  } catch (cause) {
    throw new JackfieldError('CONFLICT', {
      message: 'The call with this idempotency key happened, and its answer can no longer be read.',
      fix: 'Look for what it created. The encryption key was replaced since.',
      cause,
    });
  }
}
