import type { JackfieldError } from '@jackfield/contract';
import type { ConnectNotice } from '@jackfield/dashboard';

/**
 * What a person is told about an error.
 *
 * @param canRepeat Whether loading the page again does the same again
 */
export function connectNotice(error: JackfieldError, requestId: string, canRepeat: boolean): ConnectNotice {
  const notice = noticeOf(error, canRepeat);
  const isTraced = notice === 'error' || notice === 'unavailable' || notice === 'misconfigured';
  return { kind: 'notice', notice, ...(isTraced ? { number: requestId } : {}) };
}

function noticeOf({ code, details }: JackfieldError, canRepeat: boolean): ConnectNotice['notice'] {
  switch (code) {
    case 'LINK_EXPIRED':
      return details?.reason === 'used' || details?.reason === 'expired' ? details.reason : 'unknown';
    case 'LINK_OTHER_BROWSER':
      return 'otherBrowser';
    case 'REQUEST_TOO_LARGE':
      return 'tooLarge';
    case 'AUTHORIZATION_FAILED':
    case 'EGRESS_DENIED':
      return 'misconfigured';
    case 'TIMEOUT':
    case 'UPSTREAM_ERROR':
    case 'UPSTREAM_INVALID_RESPONSE':
    case 'UPSTREAM_RESPONSE_TOO_LARGE':
    case 'UPSTREAM_UNREACHABLE':
      return canRepeat ? 'unavailable' : 'error';
    default:
      return 'error';
  }
}
