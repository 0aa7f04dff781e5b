import { type Logger as Pino, pino } from 'pino';

export interface LoggerOptions {
  /** Default: `info`. */
  readonly level?: 'debug' | 'info' | 'warn' | 'error' | 'silent' | undefined;
  /** Where lines go. Default: standard output. */
  readonly write?: ((line: string) => void) | undefined;
}

const secretNames = [
  'apiKey',
  'api_key',
  'authorization',
  'cookie',
  'credential',
  'credentials',
  'databaseUrl',
  'encryptionKey',
  'password',
  'secret',
  'token',
  'linkToken',
  'link_token',
  'redirectUrl',
  'redirect_url',
];

/** Structured logs, one JSON object a line. Fields that are named like a secret are cut out, wherever they stand. */
export function createLogger(options: LoggerOptions = {}): Pino {
  const paths = secretNames.flatMap((name) => ['', '*.', '*.*.', '*.*.*.'].map((prefix) => prefix + name));
  const headers = ['["x-api-key"]', '*["x-api-key"]', '*.*["x-api-key"]', '*.*["set-cookie"]'];
  const settings = {
    level: options.level ?? 'info',
    redact: { paths: [...paths, ...headers], censor: '[redacted]' },
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  return options.write === undefined ? pino(settings) : pino(settings, { write: options.write });
}
