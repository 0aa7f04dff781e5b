import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, inflateRaw, zstdDecompress } from 'node:zlib';

/** What we ask for and can undo. */
export const acceptedEncodings = 'gzip, deflate, br, zstd';

type Decoder = (body: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

const decoders: Readonly<Record<string, Decoder>> = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  // RFC 9110 section 8.4.1.2 notes that some send the deflate format without its zlib wrapping, whose first byte has 8
  // as its low half.
  deflate: (body, options) => ((body[0] ?? 0) % 16 === 8 ? promisify(inflate) : promisify(inflateRaw))(body, options),
  br: promisify(brotliDecompress),
  zstd: promisify(zstdDecompress),
};

/** A body decoded to more than the limit. */
export class BodyTooLargeError extends Error {
  override readonly name = 'BodyTooLargeError';
}

/**
 * Undoes the content codings of a response, given as its `Content-Encoding`.
 *
 * @throws {BodyTooLargeError} if the result has more than `maxBytes` bytes.
 * @throws {Error} if the body is damaged or a coding is not known.
 */
export async function decodeBody(body: Buffer, contentEncoding: string, maxBytes: number): Promise<Buffer> {
  let decoded = body;
  // Section 8.4: listed in the order in which they were applied.
  for (const name of contentEncoding.toLowerCase().split(',').toReversed()) {
    const coding = name.trim();
    if (coding === '' || coding === 'identity') continue;
    const decode = Object.hasOwn(decoders, coding) ? decoders[coding] : undefined;
    if (decode === undefined) throw new Error(`The content coding ${coding.slice(0, 30)} is not known.`);
    try {
      decoded = await decode(decoded, { maxOutputLength: maxBytes });
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') {
        throw new BodyTooLargeError();
      }
      throw error;
    }
  }
  return decoded;
}
