/** Shorter ones cannot be told from ordinary text. */
const shortestSecret = 6;

const replacement = '[redacted]';

/** The text with every occurrence of a secret replaced, also where JSON escapes it. */
export function redact(text: string, secrets: readonly string[]): string {
  let redacted = text;
  for (const secret of secrets) {
    if (secret.length < shortestSecret) continue;
    if (redacted.includes(secret)) redacted = redacted.replaceAll(secret, replacement);
    const escaped = JSON.stringify(secret).slice(1, -1);
    if (escaped !== secret && redacted.includes(escaped)) redacted = redacted.replaceAll(escaped, replacement);
  }
  return redacted;
}
