import type { ExecuteResponse, JackfieldError, JsonObject } from '@jackfield/contract';

/** The result of a call as its answer says it: `error` is what a model reads. */
export function answerOf(
  data: JsonObject,
  failure: JackfieldError | undefined,
): Pick<ExecuteResponse, 'data' | 'error' | 'successful' | 'failure'> {
  if (failure === undefined) return { data, error: null, successful: true };
  return {
    data,
    error: failure.fix === undefined ? failure.message : `${failure.message} ${failure.fix}`,
    successful: false,
    failure: failure.toJSON(),
  };
}
