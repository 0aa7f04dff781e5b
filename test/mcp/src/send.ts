import { request } from 'node:http';

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** Of a JSON body. */
  // biome-ignore lint/suspicious/noExplicitAny: what it is is what the tests look at.
  readonly body: any;
}

interface RawRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON. */
  readonly body?: unknown;
}

/** Sends a request as it stands, with headers that `fetch` would not send. */
export function send(url: string, { method = 'POST', headers = {}, body }: RawRequest = {}): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      url,
      {
        method,
        headers: {
          accept: 'application/json, text/event-stream',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
      },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (chunk: string) => {
          text += chunk;
        });
        answer.on('error', reject);
        answer.on('end', () => {
          const isJson = answer.headers['content-type'] === 'application/json';
          resolve({
            status: answer.statusCode ?? 0,
            headers: answer.headers,
            text,
            body: isJson && text !== '' ? JSON.parse(text) : undefined,
          });
        });
      },
    );
    outgoing.on('error', reject);
    if (body !== undefined) outgoing.write(typeof body === 'string' ? body : JSON.stringify(body));
    outgoing.end();
  });
}

/** A message of the handshake era. */
export function message(method: string, params: object = {}, id: number | null = 1): object {
  return { jsonrpc: '2.0', method, params, ...(id === null ? {} : { id }) };
}

export function initialize(protocolVersion = '2025-11-25', capabilities: object = {}): object {
  return message('initialize', { protocolVersion, capabilities, clientInfo: { name: 'raw', version: '1' } });
}

/** A message of the stateless era, and the headers that it needs. */
export function modern(
  method: string,
  params: object = {},
  name?: string,
): { body: object; headers: Record<string, string> } {
  return {
    body: message(method, {
      ...params,
      _meta: {
        'io.modelcontextprotocol/protocolVersion': '2026-07-28',
        'io.modelcontextprotocol/clientInfo': { name: 'raw', version: '1' },
        'io.modelcontextprotocol/clientCapabilities': {},
      },
    }),
    headers: {
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': method,
      ...(name === undefined ? {} : { 'mcp-name': name }),
    },
  };
}
