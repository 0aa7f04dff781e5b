import type { ExecuteResponse, JackfieldError, JsonObject } from '@jackfield/contract';

/** The result of a call as its answer says it: `error` is what a model reads. */
export function answerOf(
  data: JsonObject,
  failure: JackfieldError | undefined,
): Pick<ExecuteResponse, 'data' | 'error' | 'successful' | 'failure'> {
  if (failure === undefined) return { data, error: null, successful: true };
  const { message, fix } = failure;
  // Services end what they say of themselves as they like.
  const sentence = /[.!?…]$/.test(message) ? message : `${message}.`;
  return {
    data,
    error: fix === undefined ? message : `${sentence} ${fix}`,
    successful: false,
    failure: failure.toJSON(),
  };
}
