import { createHash } from 'node:crypto';
import { JackfieldError } from '@jackfield/contract';
import type { Engine } from '@jackfield/engine';
import { filesPath } from '../mount-files.ts';
import type { CompatCall, CompatRoute } from './compat-route.ts';
import { pageQuery } from './page-query.ts';
import { textIn } from './wire-object.ts';

const mount = '/tool_router/session/{session_id}/mounts/{mount_id}';

/** Where project uploads lie. */
const uploads = 'uploads';

/** Files of sessions and projects, as section 11 of the wire contract has them. */
export function fileRoutes({ files }: Engine): readonly CompatRoute[] {
  return [
    {
      name: 'files.list',
      method: 'GET',
      path: `${mount}/items`,
      async answer(call) {
        const { cursor, limit } = pageQuery(call.query, 500);
        const page = await files.list(
          {
            ...folderOf(call),
            prefix: call.query.mount_relative_prefix,
            cursor,
            ...(limit === undefined ? {} : { limit: Number(limit) }),
          },
          call.context,
        );
        return {
          items: page.items.map(({ path, size, updatedAt }) => ({
            mount_relative_path: path,
            sandbox_mount_prefix: prefixOf(call),
            size,
            last_modified: updatedAt.toISOString(),
          })),
          // Absent at the end: clients do not take null.
          ...(page.nextCursor === null ? {} : { next_cursor: page.nextCursor }),
        };
      },
    },
    {
      name: 'files.uploadUrl',
      method: 'POST',
      path: `${mount}/upload_url`,
      status: 201,
      async answer(call) {
        const path = pathOf(call);
        const mimeType = textIn(call.body, 'mimetype') ?? 'application/octet-stream';
        const { token, expiresAt } = await files.uploadTicket({ ...folderOf(call), path, mimeType }, call.context);
        return {
          upload_url: urlOf(call, token),
          expires_at: expiresAt.toISOString(),
          mount_relative_path: path,
          sandbox_mount_prefix: prefixOf(call),
        };
      },
    },
    {
      name: 'files.downloadUrl',
      method: 'POST',
      path: `${mount}/download_url`,
      status: 201,
      async answer(call) {
        const path = pathOf(call);
        const { token, expiresAt } = await files.downloadTicket({ ...folderOf(call), path }, call.context);
        return {
          download_url: urlOf(call, token),
          expires_at: expiresAt.toISOString(),
          mount_relative_path: path,
          sandbox_mount_prefix: prefixOf(call),
        };
      },
    },
    {
      name: 'files.delete',
      method: 'POST',
      path: `${mount}/delete`,
      async answer(call) {
        const path = pathOf(call);
        await files.delete({ ...folderOf(call), path }, call.context);
        return { mount_relative_path: path, sandbox_mount_prefix: prefixOf(call) };
      },
    },
    {
      name: 'files.requestUpload',
      method: 'POST',
      path: '/files/upload/request',
      status: 201,
      async answer(call) {
        const { body, context } = call;
        const name = textIn(body, 'filename')?.split(/[/\\]/).at(-1) ?? '';
        // The same content under the same name is the same file.
        const hash = createHash('sha256')
          .update(JSON.stringify([body.toolkit_slug, body.tool_slug, body.md5]))
          .digest('hex')
          .slice(0, 24);
        const path = `${hash}/${name}`;
        const mimeType = textIn(body, 'mimetype') ?? 'application/octet-stream';
        const { token } = await files.uploadTicket({ mount: uploads, path, mimeType }, context);
        const url = urlOf(call, token);
        return { id: path, key: path, type: 'new', new_presigned_url: url, newPresignedUrl: url };
      },
    },
  ];
}

function folderOf({ params }: CompatCall): { sessionId: string; mount: string } {
  return { sessionId: params.session_id ?? '', mount: params.mount_id ?? '' };
}

/** @throws JackfieldError `INVALID_REQUEST` */
function pathOf({ body }: CompatCall): string {
  const path = textIn(body, 'mount_relative_path')?.replace(/^\/+/, '');
  if (path !== undefined && path !== '') return path;
  throw new JackfieldError('INVALID_REQUEST', {
    message: 'mount_relative_path is missing.',
    fix: 'Say which file it is about: `reports/2026.csv`.',
  });
}

function prefixOf({ params }: CompatCall): string {
  return `/mnt/${params.mount_id ?? ''}`;
}

function urlOf({ origin }: CompatCall, token: string): string {
  return `${origin}${filesPath}/${token}`;
}
