import { JackfieldError } from '@jackfield/contract';
import ipaddr from 'ipaddr.js';

/**
 * Codes, tokens and clients' secrets travel there: only by `https`, unless the host is one that cannot be out on the
 * internet (this machine, a private address, a name without a dot).
 *
 * @throws JackfieldError `INVALID_REQUEST`
 */
export function checkEndpoint(text: string, name: string): void {
  const url = URL.parse(text);
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isNear(url.hostname));
  if (url !== null && isSafe && url.username === '' && url.password === '' && url.hash === '') return;
  throw new JackfieldError('INVALID_REQUEST', {
    message: `${name} ${url === null ? 'is not a URL' : `leads to ${url.protocol}//${url.host}, which cannot be used for signing in`}.`,
    fix: 'Give an https URL without user, password and fragment. Plain http is possible only on this machine and in private networks.',
    details: { issues: [{ path: name, message: 'must be an https URL without user, password and fragment' }] },
  });
}

function isNear(hostname: string): boolean {
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  if (ipaddr.isValid(host)) return ipaddr.process(host).range() !== 'unicast';
  return !host.includes('.') || host.endsWith('.localhost');
}
