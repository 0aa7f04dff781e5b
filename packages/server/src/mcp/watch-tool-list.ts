import { JackfieldError } from '@jackfield/contract';

export interface ToolListWatch {
  /** The etag that the client is taken to know. */
  readonly first: string;
  /** What changes when the list does. */
  readonly etag: () => Promise<string>;
  readonly intervalMs: number;
  readonly onChange: () => void;
  /** The list cannot be read any more: its session is gone, or the credential. */
  readonly onEnd: () => void;
}

/**
 * Looks again and again whether a tool list has changed: any server may have changed it. A database that is away is waited
 * for.
 *
 * @returns ends it
 */
export function watchToolList({ first, etag, intervalMs, onChange, onEnd }: ToolListWatch): () => void {
  let ended = false;
  let known = first;
  let timer: NodeJS.Timeout | undefined;
  const look = async () => {
    try {
      const seen = await etag();
      if (ended) return;
      if (known !== seen) onChange();
      known = seen;
    } catch (error) {
      if (ended) return;
      if (JackfieldError.isInstance(error) && error.status < 500) {
        ended = true;
        onEnd();
        return;
      }
    }
    again();
  };
  const again = () => {
    timer = setTimeout(look, intervalMs);
    timer.unref();
  };
  again();
  return () => {
    ended = true;
    clearTimeout(timer);
  };
}
