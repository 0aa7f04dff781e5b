import { setTimeout as delay } from 'node:timers/promises';

/** Resolves as soon as something holds. @throws Error if it does not come to that within 3 s */
export async function until(holds: () => boolean): Promise<void> {
  const end = Date.now() + 3_000;
  while (!holds()) {
    if (Date.now() > end) throw new Error('It did not come to that within 3 s.');
    await delay(10);
  }
}
