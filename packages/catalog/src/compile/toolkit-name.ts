import type { OpenApiDocument } from '@jackfield/engine';
import { isJsonObject } from '@jackfield/json-schema';

/** Providers with many services, whose documents often do not name them. */
const providers: Readonly<Record<string, string>> = {
  'amazonaws.com': 'AWS',
  'azure.com': 'Azure',
  'googleapis.com': 'Google',
  'hubapi.com': 'HubSpot',
  'nexmo.com': 'Vonage',
  'ote-godaddy.com': 'GoDaddy',
  'twilio.com': 'Twilio',
  'vtex.local': 'VTEX',
  'xero.com': 'Xero',
};
const namesProvider: Readonly<Record<string, RegExp>> = { 'amazonaws.com': /amazon|aws|alexa/i };

/** What people call a toolkit: the title of its document, with the provider's name and without what says nothing. */
export function toolkitName(document: OpenApiDocument, name: string, slug: string): string {
  const info = isJsonObject(document.info) ? document.info : {};
  const title = typeof info.title === 'string' ? info.title.trim() : '';
  const [domain = '', service = ''] = name.startsWith('npm:@twilio') ? ['twilio.com'] : name.split('/');
  const provider = providers[domain];
  if (provider === undefined) return title === '' ? titleCase(slug) : title;
  let words = (domain === 'azure.com' ? splitCamelCase(title) : title)
    .replace(/\s*[-–]\s*/g, ' ')
    .replace(/\b(?:Management )?Client$/i, '')
    .trim();
  if (domain === 'azure.com' && service.includes('-')) {
    // Fragments of one service that all have its title.
    const part = splitCamelCase(service.slice(service.indexOf('-') + 1).replaceAll(/[-_]/g, ' '));
    const isNamed = words.toLowerCase().includes(part.toLowerCase());
    words = isNamed ? words : `${words}: ${part}`;
  }
  if (words === '') words = titleCase(service);
  return (namesProvider[domain] ?? new RegExp(`\\b${provider}`, 'i')).test(words) ? words : `${provider} ${words}`;
}

function splitCamelCase(text: string): string {
  return text.replace(/([a-z])([A-Z])/g, '$1 $2');
}

function titleCase(slug: string): string {
  return slug
    .split(/[_-]/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ');
}
