import type { AccountIdentity } from '@jackfield/contract';

/** What a connect page shows. Everything in it may come from elsewhere, and is escaped. */
export type ConnectContent = ConnectFormContent | ConnectSignInContent | ConnectDone | ConnectFailed | ConnectNotice;

export interface ConnectToolkit {
  readonly slug: string;
  readonly name: string;
  /** URL of an image; not shown unless it is one that pages may show. */
  readonly logo?: string | undefined;
}

interface ConnectStart {
  readonly toolkit: ConnectToolkit;
  readonly userId: string;
  /** The account that is connected again; absent for a new one. */
  readonly account?: { readonly alias: string | null; readonly identity: AccountIdentity | null } | undefined;
  readonly expiresAt: Date;
  /** Where the browser goes afterwards. */
  readonly callbackUrl?: string | undefined;
}

/** A form made from what a toolkit needs; with no fields a person only confirms. */
export interface ConnectFormContent extends ConnectStart {
  readonly kind: 'form';
  readonly fields: readonly ConnectFormField[];
  /** What a person sent that could not be accepted. */
  readonly mistakes?: ConnectMistakes | undefined;
}

export interface ConnectFormField {
  readonly name: string;
  readonly label: string;
  readonly hint?: string | undefined;
  /** Not shown while typed, never shown again. */
  readonly secret: boolean;
  readonly required: boolean;
  readonly multiline?: boolean | undefined;
}

export interface ConnectMistakes {
  readonly issues: readonly ConnectIssue[];
  /** By field name. Those of secret fields are not shown, whether they are here or not. */
  readonly entered: Readonly<Record<string, string>>;
}

export interface ConnectIssue {
  /** Name of a field, or anything else for the form as a whole. */
  readonly path: string;
  /** For people, in English; shown where the pages have no text for the reason. */
  readonly message: string;
  /** `required`: the text `mistake.required`. */
  readonly reason?: string | undefined;
}

/** Before a person signs in at the service. */
export interface ConnectSignInContent extends ConnectStart {
  readonly kind: 'sign-in';
  readonly authorizationOrigin: string;
  readonly scopes: readonly string[];
  readonly scopeDescriptions: Readonly<Record<string, string>>;
}

export interface ConnectDone {
  readonly kind: 'done';
  /** Absent when it is not known any more what was connected. */
  readonly result?: { readonly toolkit: string; readonly account: string | undefined } | undefined;
}

export type ConnectFailure =
  | 'denied'
  | 'other_browser'
  | 'issuer_mismatch'
  | 'refused'
  | 'invalid_response'
  | 'unavailable'
  | 'misconfigured'
  | 'other_account';

/** Signing in led to nothing. */
export interface ConnectFailed {
  readonly kind: 'failed';
  readonly failure: ConnectFailure;
  readonly toolkit: string;
  /** In English, or in the service's words. */
  readonly message: string;
}

/** A page that only says something. */
export interface ConnectNotice {
  readonly kind: 'notice';
  readonly notice:
    | 'expired'
    | 'used'
    | 'unknown'
    | 'otherBrowser'
    | 'foreignForm'
    | 'tooLarge'
    | 'unavailable'
    | 'misconfigured'
    | 'error';
  /** To hand on to those who can look it up: a request id. */
  readonly number?: string | undefined;
}
