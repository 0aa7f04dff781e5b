import type { JackfieldError } from '@jackfield/contract';
import { toAnswerableError } from '../error-answer.ts';
import type { WireObject } from './wire-object.ts';

/** Often enough for proxies that give a silent connection up after a minute. */
const heartbeatMs = 10_000;

/**
 * An answer in JSON that begins in time. Clients wait 60 s for headers, then close the connection and send the request
 * again, so that a slow tool would run three times; they wait for the rest once they have the headers. So the answer of a
 * call that takes long begins with status 200 and white space, which JSON may begin with (RFC 8259 section 2). What fails
 * later can only be said in its body.
 */
export async function answerInTime(
  answering: Promise<unknown>,
  sayFailure: (error: JackfieldError) => WireObject,
  beginsWithinMs: number,
  signal: AbortSignal,
): Promise<Response> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, beginsWithinMs, undefined);
  });
  const settled = answering.then((body) => ({ body }));
  try {
    const inTime = await Promise.race([settled, late]);
    if (inTime !== undefined) return Response.json(inTime.body);
  } finally {
    clearTimeout(timer);
  }
  const rest = settled.then(
    ({ body }) => body,
    (thrown: unknown) => sayFailure(toAnswerableError(thrown, signal)),
  );
  return new Response(whiteSpaceThen(rest), { headers: { 'content-type': 'application/json' } });
}

function whiteSpaceThen(rest: Promise<unknown>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let heartbeat: NodeJS.Timeout | undefined;
  return new ReadableStream({
    start(controller) {
      const space = () => controller.enqueue(encoder.encode(' '));
      space();
      heartbeat = setInterval(space, heartbeatMs);
      void rest.then((body) => {
        clearInterval(heartbeat);
        heartbeat = undefined;
        try {
          controller.enqueue(encoder.encode(JSON.stringify(body)));
          controller.close();
        } catch {
          // The reader has left.
        }
      });
    },
    cancel() {
      clearInterval(heartbeat);
    },
  });
}
