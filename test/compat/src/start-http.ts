import { createServer, type RequestListener } from 'node:http';

export interface HttpServer {
  /** `http://127.0.0.1:4010` */
  readonly origin: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Listens on a free port of this machine. */
export async function startHttp(listener: RequestListener): Promise<HttpServer> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return {
    origin: `http://127.0.0.1:${address.port}`,
    port: address.port,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
