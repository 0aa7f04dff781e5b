import { createPrivateKey, type KeyObject } from 'node:crypto';
import { JackfieldError } from '@jackfield/contract';

const algorithms = {
  RS256: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
  PS256: { name: 'RSA-PSS', hash: 'SHA-256' },
  ES256: { name: 'ECDSA', namedCurve: 'P-256' },
  ES384: { name: 'ECDSA', namedCurve: 'P-384' },
  Ed25519: { name: 'Ed25519' },
} as const;

type Algorithm = keyof typeof algorithms;

/**
 * A private key (PKCS #8 or PKCS #1 in PEM) to sign assertions with.
 *
 * @param accepted JWS algorithms that the server takes. Default: any.
 * @throws JackfieldError `INVALID_REQUEST` for what is no private key; its text is in no message
 */
export async function importPrivateKey(pem: string, accepted?: readonly string[]): Promise<CryptoKey> {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    throw unusable('cannot be read');
  }
  const fitting = algorithmsOf(key);
  const algorithm = fitting.find((name) => accepted === undefined || accepted.includes(name)) ?? fitting[0];
  if (algorithm === undefined) throw unusable(`is of a kind (${key.asymmetricKeyType}) that cannot sign assertions`);
  const pkcs8 = key.export({ type: 'pkcs8', format: 'der' });
  return crypto.subtle.importKey('pkcs8', new Uint8Array(pkcs8), algorithms[algorithm], false, ['sign']);
}

function algorithmsOf(key: KeyObject): readonly Algorithm[] {
  switch (key.asymmetricKeyType) {
    case 'rsa':
      return ['RS256', 'PS256'];
    case 'ec':
      return key.asymmetricKeyDetails?.namedCurve === 'secp384r1' ? ['ES384'] : ['ES256'];
    case 'ed25519':
      return ['Ed25519'];
    default:
      return [];
  }
}

function unusable(why: string): JackfieldError {
  return new JackfieldError('INVALID_REQUEST', {
    message: `The private key ${why}.`,
    fix: 'Give a private RSA, EC (P-256, P-384) or Ed25519 key in PEM, without a passphrase.',
  });
}
