import type { Files } from '@jackfield/engine';
import type { Context } from 'hono';
import type { AppEnvironment } from './create-app.ts';
import { readBody } from './read-body.ts';

export interface MountFilesOptions {
  readonly bind: (
    method: 'GET' | 'PUT',
    template: string,
    handle: (context: Context<AppEnvironment>) => Promise<Response>,
  ) => void;
  readonly files: Files;
}

/** Where the bytes of files come and go: the ticket behind it is the only credential. */
export const filesPath = '/files';

export function mountFiles({ bind, files }: MountFilesOptions): void {
  const template = `${filesPath}/{ticket}`;

  bind('PUT', template, async ({ req }) => {
    await files.put(req.param('ticket') ?? '', () => readBody(req.raw, files.maxFileBytes));
    return new Response(null, { status: 200 });
  });

  bind('GET', template, async ({ req }) => {
    const { content, mimeType, path } = await files.get(req.param('ticket') ?? '');
    const name = encodeURIComponent(path.slice(path.lastIndexOf('/') + 1));
    return new Response(content.slice(), {
      headers: {
        'content-type': mimeType,
        // Whoever put it there must not have a page of this origin: it is saved, and nothing in it runs.
        'content-disposition': `attachment; filename*=UTF-8''${name}`,
        'content-security-policy': "sandbox; default-src 'none'",
      },
    });
  });
}
