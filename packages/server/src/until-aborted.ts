/**
 * Answers like `fetch` does for a signal: rejects with its reason as soon as it fires, and ends the body that is being
 * read then. An answer that comes too late is thrown away.
 */
export async function untilAborted(signal: AbortSignal, answer: () => Promise<Response>): Promise<Response> {
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  const answering = answer();
  try {
    const response = await Promise.race([answering, aborted]);
    return isWhole(response) ? response : endWith(signal, response);
  } catch (error) {
    answering.then(
      (late) => late.body?.cancel(),
      () => undefined,
    );
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** JSON is made in one piece; nothing of it is still to come. */
function isWhole(response: Response): boolean {
  return response.body === null || response.headers.get('content-type') === 'application/json';
}

function endWith(signal: AbortSignal, response: Response): Response {
  return new Response(response.body?.pipeThrough(new TransformStream(), { signal }), response);
}
