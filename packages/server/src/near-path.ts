import { nearest } from '@jackfield/contract/schemas';

/**
 * The known path that an unknown one was meant to be, its parameters filled in: for hints.
 *
 * @param templates such as `/v1/tool_router/session/{session_id}`
 */
export function nearPath(path: string, templates: readonly string[]): string | undefined {
  const segments = path.split('/').slice(1);
  for (const template of templates) {
    const parts = template.split('/').slice(1);
    const mount = parts.length - segments.length;
    const tail = parts.slice(mount);
    if (
      mount > 0 &&
      tail[0] === segments[0] &&
      tail.every((part, index) => part.startsWith('{') || part === segments[index])
    ) {
      return `/${[...parts.slice(0, mount), ...segments].join('/')}`;
    }
  }
  return nearest(
    path,
    templates.map((template) => {
      const parts = template.split('/').slice(1);
      return `/${parts.map((part, index) => (part.startsWith('{') ? (segments[index] ?? part) : part)).join('/')}`;
    }),
  );
}
