import { JackfieldError } from '@jackfield/contract';
import type { Tool } from '../toolkit.ts';

/** For a tool that returned more than the limit, in bytes. */
export function resultTooLarge({ name }: Pick<Tool, 'name'>, maxResponseBytes: number): JackfieldError {
  return new JackfieldError('UPSTREAM_RESPONSE_TOO_LARGE', {
    message: `${name} returned more than ${maxResponseBytes} bytes.`,
    fix: 'Ask for less: a smaller page, fewer fields, a narrower filter.',
    details: { maxResponseBytes },
  });
}
