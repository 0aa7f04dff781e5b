import type { CallContext } from '@jackfield/engine';

export interface BoundRequest {
  readonly request: Request;
  /** Wire names, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly context: CallContext;
  readonly maximumBodyBytes: number;
}

/** Answers a request that was routed and authenticated. */
export type BoundRoute = (bound: BoundRequest) => Promise<Response>;

/** A route as a mount serves it. */
export interface MountedRoute {
  /** For logs. */
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below the mount, parameters in braces. */
  readonly path: string;
  /** Doing it twice may do more than doing it once. */
  readonly isUnsafe: boolean;
  /** Whether the token of the session that the path names opens it. Default: false. */
  readonly isOpenToTokens?: boolean | undefined;
  /** Of the body, where it may be larger than others. Default: that of the app. */
  readonly maximumBodyBytes?: number | undefined;
  readonly answer: BoundRoute;
}
