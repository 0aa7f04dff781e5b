import { shortHash } from '@jackfield/json-schema';

const maxLength = 40;

/** What people call a service, where the name of its document says it otherwise. */
const commonNames: Readonly<Record<string, string>> = {
  '@figma/rest-api-spec/openapi/openapi': 'figma',
  '@notionhq/notion-mcp-server/scripts/notion-openapi': 'notion',
  '@octokit/openapi/generated/api.github.com': 'github',
  '@octokit/openapi/generated/ghec': 'github_enterprise_cloud',
  '1forge.com': 'oneforge',
  '1password.com/events': 'onepassword_events',
  '1password.local/connect': 'onepassword_connect',
  '6-dot-authentiqio.appspot.com': 'authentiq_connect',
  'api.gov.uk/vehicle-enquiry': 'govuk_vehicle_enquiry',
  'api.video': 'apivideo',
  'apiz.ebay.com/commerce-identity': 'ebay_commerce_identity',
  'apiz.ebay.com/sell-finances': 'ebay_sell_finances',
  'atlassian.com/jira': 'jira',
  'bbc.co.uk': 'bbc_nitro',
  'bbc.com': 'bbc',
  'brex.io': 'kompany',
  'bufferapp.com': 'buffer',
  'clickup.com': 'clickup_draft',
  'dev.to': 'devto',
  'dev.to/chatgpt': 'devto_chatgpt',
  'discourse.local': 'discourse',
  'dodo.ac': 'nookipedia',
  'docker.com/engine': 'docker',
  'docker.com/hub': 'dockerhub',
  'formapi.io': 'docspring',
  'getgo.com/gototraining': 'gototraining',
  'getgo.com/gotowebinar': 'gotowebinar',
  'citrixonline.com/gotomeeting': 'gotomeeting',
  'citrixonline.com/scim': 'goto_scim',
  'getpostman.com': 'postman',
  'github.com': 'github_v3',
  'github.com/api.github.com': 'github',
  'github.com/github.ae': 'github_ae',
  'google.com': 'google_travel_partner',
  'google.home': 'google_home',
  'googleapis.com/bigquery': 'googlebigquery',
  'googleapis.com/blogger': 'blogger',
  'googleapis.com/calendar': 'googlecalendar',
  'googleapis.com/chat': 'googlechat',
  'googleapis.com/classroom': 'googleclassroom',
  'googleapis.com/docs': 'googledocs',
  'googleapis.com/drive': 'googledrive',
  'googleapis.com/firebase': 'firebase',
  'googleapis.com/firestore': 'firestore',
  'googleapis.com/forms': 'googleforms',
  'googleapis.com/gmail': 'gmail',
  'googleapis.com/keep': 'googlekeep',
  'googleapis.com/people': 'googlecontacts',
  'googleapis.com/searchconsole': 'google_search_console',
  'googleapis.com/sheets': 'googlesheets',
  'googleapis.com/slides': 'googleslides',
  'googleapis.com/tasks': 'googletasks',
  'googleapis.com/youtube': 'youtube',
  'googleapis.com/youtubeAnalytics': 'youtube_analytics',
  'googleapis.com/youtubereporting': 'youtube_reporting',
  'hubapi.com/business units': 'hubspot_business_units',
  'javatpoint.com': 'javatpoint_fcm',
  'jira.local': 'jira_server',
  'just-eat.co.uk': 'just_eat',
  'mandrillapp.com': 'mandrill',
  'microsoft.com/graph': 'microsoft_graph',
  'microsoft.com/graph-beta': 'microsoft_graph',
  'nba.com': 'nba',
  'reloadly.com': 'reloadly_draft',
  'rudder.example.local': 'rudder',
  'shipstation.com': 'shipstation_draft',
  'spotify.com': 'spotify',
  'squareup.com': 'square',
  'superset.apache.local/superset': 'apache_superset',
  'telegram.org': 'telegram',
  'trakt.tv': 'trakt',
  'twitter.com/current': 'twitter',
  'twitter.com/legacy': 'twitter_legacy',
  'up.com.au': 'up_bank',
  'visma.net': 'visma_net',
  'visualstudio.com': 'visualstudio',
  'vtex.local/Marketplace-APIs': 'vtex_marketplace',
  'vtex.local/Marketplace-APIs-': 'vtex_marketplace_offers',
  'vtex.local/MasterData-API-': 'vtex_masterdata_v2',
  'vtex.local/Master-Data-API-': 'vtex_masterdata_v1',
  'walletobjects.googleapis.com/pay-passes': 'google_pay_passes',
  'xero.com/xero_accounting': 'xero',
  'youneedabudget.com': 'ynab',
  'webflow.com': 'lucidtech',
  'windows.net/batch-BatchService': 'azure_batch_service',
  'zeit.co': 'zeit',
};

/** First words for all services of a provider. */
const providers: Readonly<Record<string, string>> = {
  'amazonaws.com': 'aws',
  'apisetu.gov.in': 'apisetu',
  'azure.com': 'azure',
  'googleapis.com': 'google',
  'gov.bc.ca': 'gov_bc',
  'hubapi.com': 'hubspot',
  'ndhm.gov.in': 'ndhm',
  'ote-godaddy.com': 'godaddy',
  'mercedes-benz.com': 'mercedes',
  'openbanking.org.uk': 'openbanking_uk',
  'parliament.uk': 'ukparliament',
  'whapi.com': 'williamhill',
  'windows.net': 'azure',
  'wmata.com': 'wmata',
};

/** Second-level labels that name a kind of owner and not the owner. */
const publicSuffix =
  /\.(?:ac|co|com|gov|org|net|vic\.gov|service\.gov|azurewebsites|herokuapp|appspot|github|example)$/;

/**
 * The slug of a toolkit made of a document, for documents that are new: lower-case letters, digits and underscores,
 * starting with a letter, at most 40 characters. A slug that is in the manifest stays.
 */
export function deriveSlug(name: string): string {
  const path = name.replace(/^npm:/, '').replace(/\.(?:json|yaml)$/, '');
  const common = commonNames[path];
  if (common !== undefined) return common;
  const twilio = /^@twilio-alpha\/mcp\/.*\/twilio_(\w+)$/.exec(path)?.[1];
  if (twilio !== undefined) return fit(twilio.startsWith('api_') ? ['twilio'] : ['twilio', ...words(twilio)]);
  if (/ghes-/.test(path)) return 'github_enterprise_server';
  const [provider = '', ...service] = path.split('/');
  const first = words(providers[provider] ?? companyOf(provider));
  const rest = words(service.join('_').replace(/Service(?=-v\d|$)|[-_]openapi$|_API$/, ''));
  // `twilio.com/twilio_chat_v1`, `amadeus.com/amadeus-hotel-search`
  const repeats = first.every((word, index) => rest[index] === word);
  const slug = fit(repeats && rest.length > first.length ? rest : [...first, ...rest]);
  // A name in another script.
  return slug === '' ? `api_${shortHash(name).toLowerCase()}` : slug;
}

/** `sportsdata.io` is `sportsdata`, `adsb.co.uk` is `adsb`, `api.apis.guru` is `apis`. */
function companyOf(domain: string): string {
  return domain
    .replace(/^(?:www|api)\.(?=.*\.)/, '')
    .replace(/\.[^.]+$/, '')
    .replace(publicSuffix, '');
}

function words(text: string): string[] {
  return text
    .replace(/cognitiveservices/gi, 'cognitive')
    .replace(/applicationinsights/gi, 'appinsights')
    .replace(/APIs/g, 'apis')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}

/** Repeated words go, then those that do not fit; then a hash of the whole tells it from others. */
function fit(all: readonly string[]): string {
  const parts = all.filter((word, index) => word !== all[index - 1]);
  const slug = parts.join('_').replace(/^(?=[0-9])/, 'api_');
  if (slug.length <= maxLength) return slug;
  const suffix = shortHash(slug).toLowerCase();
  const room = maxLength - suffix.length - 1;
  return `${slug.slice(0, room + 1).replace(/_?[^_]*$/, '')}_${suffix}`;
}
