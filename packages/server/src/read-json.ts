import { JackfieldError } from '@jackfield/contract';
import { readBody } from './read-body.ts';

/** Nesting that no sensible request has, and that would exhaust the stack of code that walks values. */
const maximumDepth = 200;

/**
 * The JSON value of a request's body; `{}` when there is no body.
 *
 * @throws JackfieldError `UNSUPPORTED_MEDIA_TYPE`, `REQUEST_TOO_LARGE`, or `INVALID_REQUEST` saying where the JSON is
 * malformed.
 */
export async function readJson(request: Request, maximumBytes: number): Promise<unknown> {
  const bytes = await readBody(request, maximumBytes);
  if (bytes.byteLength === 0) return {};
  checkMediaType(request.headers);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new JackfieldError('INVALID_REQUEST', {
      message: 'The request body is not valid UTF-8.',
      fix: 'Encode the JSON body as UTF-8 (RFC 8259 section 8.1).',
      cause,
    });
  }
  checkDepth(text);
  try {
    return JSON.parse(text);
  } catch {
    throw await malformed(text);
  }
}

function checkMediaType(headers: Headers): void {
  const contentType = headers.get('content-type') ?? '';
  const [type = '', ...parameters] = contentType.toLowerCase().split(';');
  const charset = parameters.map((parameter) => /^\s*charset="?([^"\s]*)"?\s*$/.exec(parameter)?.[1]).find(Boolean);
  const isJson = /^application\/(?:[\w.-]+\+)?json$/.test(type.trim());
  if (!isJson || (charset !== undefined && charset !== 'utf-8' && charset !== 'utf8')) {
    throw new JackfieldError('UNSUPPORTED_MEDIA_TYPE', {
      message:
        contentType === ''
          ? 'The request body has no content type.'
          : `The request body has the content type ${JSON.stringify(contentType.slice(0, 100))}.`,
      fix: 'Send JSON in UTF-8, with the header `content-type: application/json`.',
    });
  }
  const encoding = headers.get('content-encoding');
  if (encoding !== null && encoding.toLowerCase() !== 'identity') {
    throw new JackfieldError('UNSUPPORTED_MEDIA_TYPE', {
      message: `The request body has the content encoding ${JSON.stringify(encoding.slice(0, 100))}.`,
      fix: 'Send the body uncompressed, without the header `content-encoding`.',
    });
  }
}

function checkDepth(text: string): void {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (inString) {
      if (code === 0x5c) index++;
      else if (code === 0x22) inString = false;
    } else if (code === 0x22) inString = true;
    else if (code === 0x5b || code === 0x7b) {
      if (++depth > maximumDepth) {
        throw new JackfieldError('INVALID_REQUEST', {
          message: `The request body is nested more than ${maximumDepth} levels deep.`,
          fix: 'Send a flatter value.',
        });
      }
    } else if (code === 0x5d || code === 0x7d) depth--;
  }
}

/** The runtime's own message may quote the text, which may hold a secret, and often has no position. */
async function malformed(text: string): Promise<JackfieldError> {
  const { parse } = await import('@humanwhocodes/momoa');
  let where = 'at its end';
  try {
    parse(text, { mode: 'json' });
  } catch (error) {
    if (error instanceof Error && 'line' in error && 'column' in error) {
      where = `at line ${error.line}, column ${error.column}`;
    }
  }
  return new JackfieldError('INVALID_REQUEST', {
    message: `The request body is not valid JSON: there is a mistake ${where}.`,
    fix: 'Correct the JSON; `JSON.stringify` writes it without mistakes.',
  });
}
