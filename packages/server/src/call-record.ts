/** What is known of a request while it is answered: ends in its log line and its span. */
export interface CallRecord {
  readonly requestId: string;
  /** The path with names instead of values, such as `/v1/tool_router/session/{session_id}`. Absent: no such path. */
  route?: string;
  /** Absent: not a route of a mount. */
  name?: string;
  /** Sending the same request again may do its work twice. */
  unsafe: boolean;
  projectId?: string;
  keyId?: string;
  errorCode?: string;
}
