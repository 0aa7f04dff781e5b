/** How the MCP endpoint of sessions is reached. */
export interface McpOptions {
  /**
   * Origins whose pages may call the endpoint from a browser, such as `https://app.example.com`; `*` for all. Default:
   * none but the server's own.
   */
  readonly allowedOrigins?: readonly string[] | undefined;
  /**
   * Names by which the endpoint may be called, without port; a request whose `Host` is another is refused, which stops
   * pages that point a name of theirs at this machine (DNS rebinding). Default: any; for a server that listens on this
   * machine alone, the names of this machine and that of `publicUrl`.
   */
  readonly allowedHosts?: readonly string[] | undefined;
  /** How often an open stream looks whether its tool list has changed, in milliseconds. Default: 2,000. */
  readonly toolListPollMs?: number | undefined;
  /** How often a client that asks for it hears that a tool is still running, in milliseconds. Default: 5,000. */
  readonly progressIntervalMs?: number | undefined;
  /**
   * How long a call waits for its user, who was shown a page to connect an account, in milliseconds. Default: 30,000:
   * clients give a call up after 60 s.
   */
  readonly connectWaitMs?: number | undefined;
}

/** The names of this machine for itself. */
export const loopbackHosts: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];
