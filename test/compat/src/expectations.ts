import assert from 'node:assert/strict';

export interface ExpectedRejection {
  readonly status?: number;
  readonly name?: string;
  readonly says?: RegExp;
}

/** The error that something is rejected with, compared with what is expected of it. */
export async function rejection(promise: Promise<unknown>, expected: ExpectedRejection = {}): Promise<Error> {
  let error: unknown;
  try {
    await promise;
  } catch (thrown) {
    error = thrown;
  }
  assert.ok(error instanceof Error, 'It was not rejected.');
  const { status } = error as { status?: unknown };
  if (expected.status !== undefined) assert.equal(status, expected.status, error.message);
  if (expected.name !== undefined) assert.equal(error.constructor.name, expected.name, error.message);
  if (expected.says !== undefined) assert.match(error.message, expected.says);
  return error;
}
