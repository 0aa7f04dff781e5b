import type { Mount } from '../create-app.ts';
import { compatPath } from './compat-path.ts';
import { mountCompatRoute } from './compat-route.ts';
import { sessionRoutes } from './session-routes.ts';

/** Half of what clients wait, and less than most proxies do. */
const defaultAnswerBeginsWithinMs = 25_000;

export interface CompatMountOptions {
  /** When the answer to a call begins although its tool still runs, in milliseconds. Default: 25,000. */
  readonly answerBeginsWithinMs?: number | undefined;
}

/** The routes that clients of another platform call, with the names that they know. */
export function compatMount({ answerBeginsWithinMs = defaultAnswerBeginsWithinMs }: CompatMountOptions = {}): Mount {
  return {
    path: compatPath,
    mcpPath: `${compatPath}/mcp`,
    dialect: {
      metaToolPrefix: 'COMPOSIO',
      routes: (engine) => [...sessionRoutes(engine)].map((route) => mountCompatRoute(route, answerBeginsWithinMs)),
    },
  };
}
