import type { ExecuteResponse, JackfieldError, JsonObject } from '@jackfield/contract';

/** The result of a call as its answer says it: `error` is what a model reads. */
export function answerOf(
  data: JsonObject,
  failure: JackfieldError | undefined,
): Pick<ExecuteResponse, 'data' | 'error' | 'successful' | 'failure'> {
  if (failure === undefined) return { data, error: null, successful: true };
  return { data, error: failureText(failure), successful: false, failure: failure.toJSON() };
}

/** What was wrong and how to mend it, for a model to read. */
export function failureText({ message, fix }: JackfieldError): string {
  if (fix === undefined) return message;
  // Services end what they say of themselves as they like.
  return `${/[.!?…]$/.test(message) ? message : `${message}.`} ${fix}`;
}
