import { JackfieldError } from '@jackfield/contract';
import type { CallContext } from '../engine.ts';
import type { SessionAccess } from '../sessions/session-access.ts';
import type { FileKey, Page, Store, StoredFile } from '../stores/store.ts';
import type { Vault } from '../vault/vault.ts';

/** A file's name within a project or one of its sessions. */
export interface FilePlace {
  /** Absent: a file of the project. */
  readonly sessionId?: string | undefined;
  /** Letters, digits, `_`, `-` and `.`. */
  readonly mount: string;
  /** Relative to the mount: `reports/2026.csv`. */
  readonly path: string;
}

export interface FileTicket {
  /** Opens one file for one purpose, for whoever has it. */
  readonly token: string;
  readonly expiresAt: Date;
}

export interface FileList extends Omit<FilePlace, 'path'> {
  /** What the paths begin with. Default: anything. */
  readonly prefix?: string | undefined;
  readonly cursor?: string | undefined;
  /** Default: 50. */
  readonly limit?: number | undefined;
}

export interface FileContent {
  readonly content: Uint8Array;
  readonly mimeType: string;
}

/**
 * Files of sessions and projects. Their bytes travel by tickets, which need no other credential.
 *
 * All methods throw JackfieldError `SESSION_NOT_FOUND`, `SESSION_EXPIRED`, and `INVALID_REQUEST` for a name that cannot be.
 */
export interface Files {
  /** Newest first. @throws JackfieldError `INVALID_CURSOR` */
  list(list: FileList, context: CallContext): Promise<Page<Pick<StoredFile, 'path' | 'size' | 'updatedAt'>>>;
  /** To put a file there, in place of the one that is there. */
  uploadTicket(place: FilePlace & { readonly mimeType: string }, context: CallContext): Promise<FileTicket>;
  /** @throws JackfieldError `NOT_FOUND` */
  downloadTicket(place: FilePlace, context: CallContext): Promise<FileTicket>;
  /** Whether there was such a file. */
  delete(place: FilePlace, context: CallContext): Promise<boolean>;
  /**
   * @param read is called once the ticket was found to be good: nobody else makes us read anything
   * @throws JackfieldError `LINK_EXPIRED`, `NOT_FOUND` when its session is gone, `REQUEST_TOO_LARGE`, and what `read` throws
   */
  put(token: string, read: () => Promise<Uint8Array>): Promise<void>;
  /** @throws JackfieldError `LINK_EXPIRED`, `NOT_FOUND` */
  get(token: string): Promise<FileContent & { readonly path: string }>;
  /** Bytes of one file at most. */
  readonly maxFileBytes: number;
}

export interface FileServiceOptions {
  readonly store: Store;
  readonly vault: Vault;
  readonly access: SessionAccess;
  readonly maxFileBytes: number;
  readonly now: () => Date;
}

const ticketLifetimeMs = 15 * 60 * 1000;
const defaultPageSize = 50;

interface Ticket extends FileKey {
  readonly purpose: 'upload' | 'download';
  readonly mimeType?: string;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

/** Tickets belong to no row: they hold what they open. */
const ticketOwner = { projectId: '', table: 'file_urls', id: '' } as const;

export class FileService implements Files {
  readonly maxFileBytes: number;
  readonly #options: FileServiceOptions;

  constructor(options: FileServiceOptions) {
    this.#options = options;
    this.maxFileBytes = options.maxFileBytes;
  }

  async list({ sessionId, mount, prefix, cursor, limit = defaultPageSize }: FileList, context: CallContext) {
    const { path: _, ...folder } = await this.#key({ sessionId, mount, path: 'any' }, context);
    return this.#options.store.files.list({ ...folder, prefix, cursor, limit });
  }

  async uploadTicket(place: FilePlace & { readonly mimeType: string }, context: CallContext): Promise<FileTicket> {
    const { mimeType } = place;
    // A type and a subtype (RFC 9110 section 8.3.1); it is sent back as a header.
    if (!/^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(?:\s*;[\x20-\x7e]*)?$/.test(mimeType) || mimeType.length > 200) {
      throw new JackfieldError('INVALID_REQUEST', {
        message: `${JSON.stringify(mimeType.slice(0, 200))} is not a media type.`,
        fix: 'Send one such as `text/csv`.',
      });
    }
    return this.#ticket({ ...(await this.#key(place, context)), purpose: 'upload', mimeType });
  }

  async downloadTicket(place: FilePlace, context: CallContext): Promise<FileTicket> {
    const key = await this.#key(place, context);
    if ((await this.#options.store.files.get(key)) === undefined) throw fileNotFound(key.path);
    return this.#ticket({ ...key, purpose: 'download' });
  }

  async delete(place: FilePlace, context: CallContext): Promise<boolean> {
    return this.#options.store.files.delete(await this.#key(place, context));
  }

  async put(token: string, read: () => Promise<Uint8Array>): Promise<void> {
    const { mimeType = 'application/octet-stream', purpose: _, until: __, ...key } = await this.#open(token, 'upload');
    const { store } = this.#options;
    if (key.sessionId !== null && (await store.sessions.get(key.projectId, key.sessionId)) === undefined) {
      throw fileNotFound(key.path);
    }
    const content = await read();
    if (content.byteLength > this.maxFileBytes) {
      throw new JackfieldError('REQUEST_TOO_LARGE', {
        message: `The file is larger than ${this.maxFileBytes} bytes.`,
        fix: 'Send less, or raise the limit where the server is started.',
        details: { maximumBytes: this.maxFileBytes },
      });
    }
    await store.files.put({ ...key, mimeType, content });
  }

  async get(token: string): Promise<FileContent & { readonly path: string }> {
    const { projectId, sessionId, mount, path } = await this.#open(token, 'download');
    const found = await this.#options.store.files.content({ projectId, sessionId, mount, path });
    if (found === undefined) throw fileNotFound(path);
    return { ...found, path };
  }

  async #key({ sessionId, mount, path }: FilePlace, context: CallContext): Promise<FileKey> {
    checkName(mount, path);
    if (sessionId !== undefined) await this.#options.access.open(sessionId, context);
    return { projectId: context.projectId, sessionId: sessionId ?? null, mount, path };
  }

  async #ticket(ticket: Omit<Ticket, 'until'>): Promise<FileTicket> {
    const { vault, now } = this.#options;
    const until = now().getTime() + ticketLifetimeMs;
    const sealed = await vault.encrypt(JSON.stringify({ ...ticket, until }), ticketOwner);
    return { token: Buffer.from(sealed).toString('base64url'), expiresAt: new Date(until) };
  }

  async #open(token: string, purpose: Ticket['purpose']): Promise<Ticket> {
    const { vault, now } = this.#options;
    let ticket: Ticket | undefined;
    try {
      ticket = JSON.parse(await vault.decrypt(Buffer.from(token, 'base64url'), ticketOwner));
    } catch {
      // Not made here, or damaged.
    }
    if (ticket?.purpose === purpose && ticket.until > now().getTime()) return ticket;
    throw new JackfieldError('LINK_EXPIRED', {
      message: 'This address of a file is over, or was never made for this.',
      fix: 'Ask for another one: they hold for 15 minutes.',
    });
  }
}

function checkName(mount: string, path: string): void {
  if (!/^[\w.-]{1,64}$/.test(mount)) {
    throw new JackfieldError('INVALID_REQUEST', {
      message: `${JSON.stringify(mount.slice(0, 100))} cannot be the id of a mount.`,
      fix: 'Use letters, digits, `_`, `-` and `.`, at most 64 of them: `files`.',
    });
  }
  const isPath =
    path.length <= 1024 &&
    path.isWellFormed() &&
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this refuses
    !/[\u0000-\u001f\u007f\\]/.test(path) &&
    path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
  if (isPath) return;
  throw new JackfieldError('INVALID_REQUEST', {
    message: `${JSON.stringify(path.slice(0, 200))} cannot be the path of a file.`,
    fix: 'Use names joined by single slashes, such as `reports/2026.csv`, at most 1,024 characters.',
  });
}

function fileNotFound(path: string): JackfieldError {
  return new JackfieldError('NOT_FOUND', {
    message: `There is no file ${JSON.stringify(path.slice(0, 200))}.`,
    fix: 'List the files that there are; put one there with an upload address.',
  });
}
