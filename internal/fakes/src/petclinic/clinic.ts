/** The data of one clinic, in memory; the shapes are those of `petclinic.json`. */
export interface Clinic {
  readonly user: string;
  readonly name: string;
  readonly owners: Map<string, Owner>;
  readonly pets: Map<string, Pet>;
  readonly vets: Map<string, Vet>;
  readonly visits: Map<string, Visit>;
  readonly invoices: Map<string, Invoice>;
  readonly attachments: Map<string, Attachment>;
  /** Pet id to photo. */
  readonly photos: Map<string, { readonly contentType: string; readonly bytes: Uint8Array<ArrayBuffer> }>;
  /** `Idempotency-Key` to the invoice it paid. */
  readonly payments: Map<string, string>;
  /** Milliseconds since the epoch of the latest calls of the report that is limited. */
  reportCalls: number[];
}

export interface Owner {
  id: string;
  name: string;
  email: string;
  phone: string | null;
  address: { street: string; city: string; postalCode?: string; country: string } | null;
  tags: string[];
  createdAt: string;
}

export interface Pet {
  id: string;
  ownerId: string;
  name: string;
  species: string;
  breed: string | null;
  birthDate: string | null;
  weightKg: number | null;
  chipNumber: string | null;
  allergies: string[];
  vaccinations: { name: string; givenOn: string; lot?: string }[];
  hasPhoto: boolean;
}

export interface Vet {
  id: string;
  name: string;
  specialties: string[];
  workingDays: string[];
}

export interface Visit {
  id: string;
  petId: string;
  vetId: string;
  scheduledAt: string;
  reason: string;
  priority: string;
  status: 'scheduled' | 'completed' | 'cancelled';
  notes: string | null;
  contact: { method: string; note?: string } | null;
  invoiceId: string | null;
}

export interface InvoiceLine {
  description: string;
  unitPriceCents: number;
  quantity: number;
}

export interface Invoice {
  id: string;
  visitId: string;
  ownerId: string;
  status: 'open' | 'paid' | 'void';
  currency: 'EUR';
  lines: InvoiceLine[];
  totalCents: number;
  paidAt: string | null;
}

export interface Attachment {
  id: string;
  petId: string;
  fileName: string;
  contentType: string;
  sizeBytes: number;
  kind: string;
}

const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'];
const everyDay = [...weekdays, 'saturday', 'sunday'];

const seeds: Readonly<Record<string, (clinic: Clinic) => void>> = {
  anna: (clinic) => {
    const marta = addOwner(clinic, 'Marta Keller', 'marta.keller@example.com', ['newsletter', 'vip'], 'Zurich');
    const joao = addOwner(clinic, 'João Almeida', 'joao@example.com', ['newsletter'], 'Bern');
    const luna = addPet(clinic, marta, 'Luna', 'dog', 'Border Collie', 18.4, '756098100000001');
    luna.allergies.push('chicken');
    luna.vaccinations.push({ name: 'rabies', givenOn: '2026-02-11', lot: 'R-1187' });
    addPet(clinic, marta, 'Miso', 'cat', 'European Shorthair', 4.2, '756098100000002');
    addPet(clinic, joao, 'Pip', 'bird', null, null, null);
    const visit: Visit = {
      id: nextId(clinic.visits, 'visit'),
      petId: luna.id,
      vetId: 'vet_1',
      scheduledAt: '2026-03-02T09:00:00Z',
      reason: 'Yearly check',
      priority: 'routine',
      status: 'completed',
      notes: 'Healthy. Next check in a year.',
      contact: { method: 'email' },
      invoiceId: 'invoice_1',
    };
    clinic.visits.set(visit.id, visit);
    clinic.invoices.set('invoice_1', {
      id: 'invoice_1',
      visitId: visit.id,
      ownerId: marta,
      status: 'open',
      currency: 'EUR',
      lines: [{ description: 'Yearly check', unitPriceCents: 8500, quantity: 1 }],
      totalCents: 8500,
      paidAt: null,
    });
  },
  ben: (clinic) => {
    const olga = addOwner(clinic, 'Olga Brandt', 'olga@example.com', [], 'Basel');
    addPet(clinic, olga, 'Rex', 'dog', 'Boxer', 31, '756098100000011');
    for (let number = 1; number <= 45; number++) addPet(clinic, olga, `Hen ${number}`, 'bird', null, 2.5, null);
  },
};

const clinicNames: Readonly<Record<string, string>> = { anna: 'Lakeside Clinic', ben: 'Hilltop Clinic' };

/** `anna` and `ben` have a clinic with data; anyone else one that has vets only. */
export function createClinic(user: string): Clinic {
  const clinic: Clinic = {
    user,
    name: clinicNames[user] ?? `Clinic of ${user}`,
    owners: new Map(),
    pets: new Map(),
    vets: new Map(),
    visits: new Map(),
    invoices: new Map(),
    attachments: new Map(),
    photos: new Map(),
    payments: new Map(),
    reportCalls: [],
  };
  addVet(clinic, 'Dr. Amara Okafor', ['general', 'dermatology'], weekdays);
  addVet(clinic, 'Dr. Lena Vogt', ['surgery', 'orthopaedics'], everyDay);
  addVet(clinic, 'Dr. Tomás Rivera', ['exotics', 'general'], ['saturday', 'sunday']);
  seeds[user]?.(clinic);
  return clinic;
}

/** `pet_4` when the highest number so far is 3. */
export function nextId(collection: ReadonlyMap<string, unknown>, prefix: string): string {
  const last = [...collection.keys()].at(-1);
  return `${prefix}_${last === undefined ? 1 : idNumber(last) + 1}`;
}

export function idNumber(id: string): number {
  return Number(id.slice(id.lastIndexOf('_') + 1));
}

/** Starts of the free half hours of a vet between 8:00 and 12:00 UTC. */
export function freeSlots(clinic: Clinic, vet: Vet, date: string): string[] {
  const weekday = everyDay[(new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7];
  if (weekday === undefined || !vet.workingDays.includes(weekday)) return [];
  const taken = new Set(
    [...clinic.visits.values()]
      .filter((visit) => visit.vetId === vet.id && visit.status !== 'cancelled')
      .map((visit) => Date.parse(visit.scheduledAt)),
  );
  return ['08:00', '08:30', '09:00', '09:30', '10:00', '10:30', '11:00', '11:30']
    .map((time) => `${date}T${time}:00Z`)
    .filter((slot) => !taken.has(Date.parse(slot)));
}

function addOwner(clinic: Clinic, name: string, email: string, tags: string[], city: string): string {
  const id = nextId(clinic.owners, 'owner');
  clinic.owners.set(id, {
    id,
    name,
    email,
    phone: null,
    address: { street: 'Seestrasse 1', city, country: 'CH' },
    tags,
    createdAt: '2026-01-15T08:00:00Z',
  });
  return id;
}

function addPet(
  clinic: Clinic,
  ownerId: string,
  name: string,
  species: string,
  breed: string | null,
  weightKg: number | null,
  chipNumber: string | null,
): Pet {
  const pet: Pet = {
    id: nextId(clinic.pets, 'pet'),
    ownerId,
    name,
    species,
    breed,
    birthDate: null,
    weightKg,
    chipNumber,
    allergies: [],
    vaccinations: [],
    hasPhoto: false,
  };
  clinic.pets.set(pet.id, pet);
  return pet;
}

function addVet(clinic: Clinic, name: string, specialties: string[], workingDays: string[]): void {
  const id = nextId(clinic.vets, 'vet');
  clinic.vets.set(id, { id, name, specialties, workingDays });
}
