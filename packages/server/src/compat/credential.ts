import { JackfieldError } from '@jackfield/contract';
import { objectIn, textIn, type WireObject } from './wire-object.ts';

/**
 * The credential in the state of a connection that a client begins; undefined where a person has to sign in or fill
 * something in.
 *
 * @throws JackfieldError `UNSUPPORTED_AUTH_SCHEME`
 */
export function toNativeCredential(state: WireObject): WireObject | undefined {
  const scheme = textIn(state, 'authScheme');
  const val = objectIn(state, 'val');
  const text = (...names: readonly string[]) =>
    names.map((name) => textIn(val, name)).find((each) => each !== undefined);
  switch (scheme) {
    case undefined:
    case 'NO_AUTH':
      return undefined;
    case 'API_KEY': {
      const key = text('generic_api_key', 'api_key');
      return key === undefined ? undefined : { mode: 'API_KEY', api_key: key };
    }
    case 'BEARER_TOKEN': {
      const token = text('token');
      return token === undefined ? undefined : { mode: 'BEARER_TOKEN', token };
    }
    case 'BASIC': {
      const username = text('username');
      return username === undefined ? undefined : { mode: 'BASIC', username, password: text('password') ?? '' };
    }
    case 'OAUTH2': {
      const token = text('access_token');
      const refreshToken = text('refresh_token');
      if (token === undefined) return undefined;
      return {
        mode: 'OAUTH2',
        access_token: token,
        ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
      };
    }
    case 'S2S_OAUTH2': {
      const [id, secret] = [text('client_id'), text('client_secret')];
      return {
        mode: 'S2S_OAUTH2',
        ...(id === undefined ? {} : { client_id: id }),
        ...(secret === undefined ? {} : { client_secret: secret }),
      };
    }
    case 'DCR_OAUTH':
    case 'CIMD_OAUTH':
      return undefined;
    default:
      throw new JackfieldError('UNSUPPORTED_AUTH_SCHEME', {
        message: `The auth scheme ${JSON.stringify(scheme.slice(0, 100))} cannot be used here.`,
        fix: 'Use one of API_KEY, BEARER_TOKEN, BASIC, OAUTH2, S2S_OAUTH2, DCR_OAUTH and CIMD_OAUTH.',
      });
  }
}
