const sequenceLength = 11;
const pattern = /^evt_([0-9a-v]{11})[0-9a-v]{16}$/;

/** A new id of an event: its sequence in base 32, so that ids sort by it, then 80 random bits that make it unique. */
export function eventId(sequence: number): string {
  let random = '';
  for (const byte of crypto.getRandomValues(new Uint8Array(16))) random += (byte & 31).toString(32);
  return prefixOf(sequence) + random;
}

/** Stands where an id of an event may stand, for reading on after a sequence. */
export function cursorAt(sequence: number): string {
  return prefixOf(sequence) + '0'.repeat(16);
}

/** The sequence that an id was made of; undefined for what is no id of an event. */
export function sequenceOf(id: string): number | undefined {
  const [, digits] = pattern.exec(id) ?? [];
  return digits === undefined ? undefined : Number.parseInt(digits, 32);
}

function prefixOf(sequence: number): string {
  return `evt_${sequence.toString(32).padStart(sequenceLength, '0')}`;
}
