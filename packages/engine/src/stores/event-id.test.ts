import { expect, test } from 'vitest';
import { eventId, sequenceOf } from './event-id.ts';

test('ids sort by sequence, are unique, and lead back to it', () => {
  const sequences = [0, 1, 31, 32, 1_000_000, Number.MAX_SAFE_INTEGER];
  const ids = sequences.map(eventId);
  expect(ids.toSorted()).toEqual(ids);
  expect(ids.map(sequenceOf)).toEqual(sequences);
  expect(ids[1]).toMatch(/^evt_[0-9a-z]{27}$/);
  expect(eventId(7)).not.toBe(eventId(7));
});

test('what is no id has no sequence', () => {
  for (const text of [
    '',
    'evt_',
    'evt_01',
    'ca_00000000000000000000000000',
    `${eventId(1)}0`,
    eventId(1).toUpperCase(),
  ])
    expect(sequenceOf(text), text).toBeUndefined();
});
