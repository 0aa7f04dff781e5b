import { serve } from '@hono/node-server';
import { createPetclinicApp } from './petclinic-app.ts';

/** A request that the API answered. */
export interface PetclinicRequest {
  readonly method: string;
  /** With query, without origin: `/v1/pets?species=dog`. */
  readonly path: string;
  /** Lower-case names, as received. */
  readonly headers: Readonly<Record<string, string>>;
  /** Whose token it carried. */
  readonly user: string | undefined;
  readonly status: number;
}

export interface Petclinic {
  /** Origin: `http://127.0.0.1:4010`. The API is below `/v1`, its description at `/openapi.json`. */
  readonly url: string;
  /** Access token of a user. `anna` and `ben` have data of their own; every other user starts with an empty clinic. */
  token(user: string): string;
  /** Every request so far, oldest first. */
  readonly requests: readonly PetclinicRequest[];
  /** Stops listening and closes the connections. */
  close(): Promise<void>;
}

export interface PetclinicOptions {
  /** Default: any that is free. */
  readonly port?: number;
}

/** Listens on 127.0.0.1 with data of its own. */
export async function startPetclinic(options: PetclinicOptions = {}): Promise<Petclinic> {
  const app = createPetclinicApp();
  const requests: PetclinicRequest[] = [];
  const fetch = async (request: Request): Promise<Response> => {
    const response = await app.hono.fetch(request);
    const { pathname, search } = new URL(request.url);
    requests.push({
      method: request.method,
      path: pathname + search,
      headers: Object.fromEntries(request.headers),
      user: app.userOf(request.headers.get('authorization') ?? undefined),
      status: response.status,
    });
    return response;
  };
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const server = serve({ fetch, hostname: '127.0.0.1', port: options.port ?? 0 }, (address) => resolve(address.port));
  server.on('error', reject);
  const port = await promise;
  return {
    url: `http://127.0.0.1:${port}`,
    token: app.token,
    requests,
    close: () =>
      new Promise((done, fail) => {
        server.close((error) => (error === undefined ? done() : fail(error)));
        if ('closeAllConnections' in server) server.closeAllConnections();
      }),
  };
}
