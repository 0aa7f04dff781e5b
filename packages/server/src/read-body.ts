import { JackfieldError } from '@jackfield/contract';

/**
 * A request's body, of at most so many bytes. Stops reading as soon as there are more.
 *
 * @throws JackfieldError `REQUEST_TOO_LARGE`; `INVALID_REQUEST` if the body breaks off.
 */
export async function readBody(request: Request, maximumBytes: number): Promise<Uint8Array> {
  const announced = request.headers.get('content-length');
  if (announced !== null && Number(announced) > maximumBytes) throw tooLarge(maximumBytes);
  // A GET or HEAD has none, and asking for it would make a stream for nothing.
  if (request.method === 'GET' || request.method === 'HEAD' || announced === '0') return new Uint8Array();
  try {
    return announced === null
      ? await readStream(request.body, maximumBytes)
      : checkLength(new Uint8Array(await request.arrayBuffer()), maximumBytes);
  } catch (cause) {
    if (JackfieldError.isInstance(cause)) throw cause;
    throw new JackfieldError('INVALID_REQUEST', {
      message: 'The request body could not be read to its end.',
      fix: 'Send the whole body.',
      cause,
    });
  }
}

async function readStream(stream: ReadableStream<Uint8Array> | null, maximumBytes: number): Promise<Uint8Array> {
  if (stream === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop cancels the stream.
  for await (const chunk of stream) {
    length += chunk.byteLength;
    if (length > maximumBytes) throw tooLarge(maximumBytes);
    chunks.push(chunk);
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
}

function checkLength(bytes: Uint8Array, maximumBytes: number): Uint8Array {
  if (bytes.byteLength > maximumBytes) throw tooLarge(maximumBytes);
  return bytes;
}

function tooLarge(maximumBytes: number): JackfieldError {
  return new JackfieldError('REQUEST_TOO_LARGE', {
    message: `The request body is larger than ${maximumBytes} bytes.`,
    fix: 'Send less, or raise the limit where the server is started.',
    details: { maximumBytes },
  });
}
