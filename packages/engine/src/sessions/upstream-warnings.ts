import type { SessionWarning } from '@jackfield/contract';
import type { OpenSession } from './session-access.ts';

const namedAtMost = 10;

/**
 * What whoever looks after a session should know of its MCP servers: those that cannot be asked, and tools that are not
 * any more what they were when the session was made or last updated.
 */
export function warningsAboutUpstreams({ upstreams, stored }: OpenSession): SessionWarning[] {
  const since = stored.updatedAt.toISOString();
  return upstreams.flatMap(({ toolkit, failure, changes }): SessionWarning[] => {
    const changed = changes.filter(({ at }) => at > since);
    return [
      ...(failure === undefined
        ? []
        : [
            {
              code: 'TOOLKIT_UNAVAILABLE',
              message: `${toolkit.name} could not be asked for its tools: ${failure.message}`,
            },
          ]),
      ...(changed.length === 0
        ? []
        : [
            {
              code: 'TOOLS_CHANGED',
              message: `${toolkit.name} ${describeChanges(changed)}. Update the session once you have looked at them.`,
            },
          ]),
    ];
  });
}

function describeChanges(changes: OpenSession['upstreams'][number]['changes']): string {
  const named = (kind: 'changed' | 'removed') => {
    const tools = [...new Set(changes.flatMap((change) => (change.kind === kind ? [change.tool] : [])))];
    if (tools.length === 0) return [];
    const more = tools.length > namedAtMost ? ` and ${tools.length - namedAtMost} more` : '';
    return [`${kind} ${tools.slice(0, namedAtMost).join(', ')}${more}`];
  };
  return [...named('changed'), ...named('removed')].join(' and ');
}
