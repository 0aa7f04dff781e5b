import { AwsV4Signer } from 'aws4fetch';
import type { AwsSignature } from '../connections/account-credentials.ts';
import { awsRegionOf, inAwsRegion } from '../connections/aws-region.ts';
import type { HttpRequest } from './http-request.ts';

/** A request whose body is what is signed, byte for byte. */
export type SignedRequest = Omit<HttpRequest, 'body'> & { readonly body?: string | Uint8Array<ArrayBuffer> };

/**
 * The request in the account's region, signed with AWS Signature Version 4. Nothing of it may be changed afterwards.
 */
export async function signAws(
  { url, method, headers, body }: HttpRequest,
  { credential, service, region: documented }: AwsSignature,
): Promise<SignedRequest> {
  const target = new URL(url);
  target.hostname = inAwsRegion(target.hostname, credential.region ?? documented);
  const form = body instanceof FormData ? new Response(body) : undefined;
  const bytes = form === undefined ? body : new Uint8Array(await form.arrayBuffer());
  const signer = new AwsV4Signer({
    url: target.href,
    method,
    headers: form === undefined ? headers : { ...headers, 'content-type': form.headers.get('content-type') ?? '' },
    ...(bytes instanceof Uint8Array || typeof bytes === 'string' ? { body: bytes } : {}),
    accessKeyId: credential.accessKeyId,
    secretAccessKey: credential.secretAccessKey,
    ...(credential.sessionToken === undefined ? {} : { sessionToken: credential.sessionToken }),
    service,
    // A host that serves all regions signs for one of them.
    region: awsRegionOf(target.hostname) ?? documented,
  });
  const signed = await signer.sign();
  return {
    url: signed.url.href,
    method,
    headers: Object.fromEntries(signed.headers),
    ...(bytes instanceof Uint8Array || typeof bytes === 'string' ? { body: bytes } : {}),
  };
}
