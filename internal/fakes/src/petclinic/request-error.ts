/** What is wrong with one field: a JSON Pointer into the body, or the name of a parameter. */
export interface FieldError {
  readonly path: string;
  readonly message: string;
}

/** An answer other than success, as `petclinic.json` describes it. */
export class RequestError extends Error {
  readonly status: 401 | 404 | 409 | 415 | 422 | 429;
  readonly code: string;
  readonly fields: readonly FieldError[] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: RequestError['status'],
    code: string,
    message: string,
    options: { fields?: readonly FieldError[]; headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.fields = options.fields;
    this.headers = options.headers ?? {};
  }
}
