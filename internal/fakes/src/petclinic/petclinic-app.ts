import { Hono } from 'hono';
import {
  type Attachment,
  type Clinic,
  createClinic,
  freeSlots,
  type Invoice,
  type InvoiceLine,
  idNumber,
  nextId,
  type Owner,
  type Pet,
  type Vet,
  type Visit,
} from './clinic.ts';
import { petclinicDocument } from './petclinic-document.ts';
import { RequestError } from './request-error.ts';
import { RequestReader } from './request-reader.ts';

type Variables = { Variables: { clinic: Clinic } };

export interface PetclinicApp {
  readonly hono: Hono<Variables>;
  /** The access token of a user, who is made known by asking. */
  token(user: string): string;
  /** Who a request's `Authorization` header belongs to. */
  userOf(authorization: string | undefined): string | undefined;
}

const reportCallsPerSecond = 3;
const maxFileBytes = 1024 * 1024;

/** The API of `petclinic.json`, under `/v1`, over data in memory. */
export function createPetclinicApp(): PetclinicApp {
  const reader = new RequestReader();
  const clinics = new Map<string, Clinic>();
  const token = (user: string): string => {
    const value = `petclinic-token-of-${user}`;
    if (!clinics.has(value)) clinics.set(value, createClinic(user));
    return value;
  };
  token('anna');
  token('ben');
  const clinicOf = (authorization: string | undefined): Clinic | undefined => {
    const match = /^Bearer +(.+)$/i.exec(authorization ?? '');
    return match?.[1] === undefined ? undefined : clinics.get(match[1]);
  };

  const app = new Hono<Variables>();
  app.onError((error, c) => {
    if (!(error instanceof RequestError)) throw error;
    const { code, message, fields } = error;
    return c.json({ error: { code, message, ...(fields === undefined ? {} : { fields }) } }, error.status, {
      ...error.headers,
    });
  });
  app.notFound((c) =>
    c.json({ error: { code: 'not_found', message: `There is no ${c.req.method} ${c.req.path}.` } }, 404),
  );
  app.get('/openapi.json', (c) =>
    c.json({ ...petclinicDocument, servers: [{ url: `${new URL(c.req.url).origin}/v1` }] }),
  );

  const api = app.basePath('/v1');
  api.get('/health', (c) => c.json({ status: 'ok' }));
  api.use(async (c, next) => {
    const clinic = clinicOf(c.req.header('authorization'));
    if (clinic === undefined) {
      throw new RequestError(401, 'unauthorized', 'The access token is missing or unknown.', {
        headers: { 'WWW-Authenticate': 'Bearer realm="petclinic"' },
      });
    }
    c.set('clinic', clinic);
    await next();
  });

  api.get('/clinic', (c) => c.json({ user: c.var.clinic.user, name: c.var.clinic.name }));
  addOwnerRoutes(api, reader);
  addPetRoutes(api, reader);
  addPetFileRoutes(api, reader);
  addVetRoutes(api, reader);
  addVisitRoutes(api, reader);
  addInvoiceRoutes(api, reader);
  addReportRoutes(api);

  return { hono: app, token, userOf: (authorization) => clinicOf(authorization)?.user };
}

interface PageParameters {
  cursor?: string;
  limit: number;
}

function addOwnerRoutes(api: Hono<Variables>, reader: RequestReader): void {
  api.get('/owners', (c) => {
    const { query, tags, ...page } = reader.parameters<PageParameters & { query?: string; tags?: string[] }>(
      'listOwners',
      c.req,
    );
    const owners = [...c.var.clinic.owners.values()].filter(
      (owner) =>
        (query === undefined || contains(owner.name, query) || contains(owner.email, query)) &&
        (tags ?? []).every((tag) => owner.tags.includes(tag)),
    );
    return c.json(pageOf(owners, page));
  });
  api.post('/owners', async (c) => {
    const body = await reader.body<Partial<Owner> & Pick<Owner, 'name' | 'email'>>('createOwner', c.req);
    refuseSameEmail(c.var.clinic, body.email);
    const owner: Owner = {
      phone: null,
      address: null,
      tags: [],
      ...body,
      id: nextId(c.var.clinic.owners, 'owner'),
      createdAt: new Date().toISOString(),
    };
    c.var.clinic.owners.set(owner.id, owner);
    return c.json(owner, 201);
  });
  api.get('/owners/:ownerId', (c) => c.json(find(c.var.clinic.owners, c.req.param('ownerId'), 'owner')));
  api.patch('/owners/:ownerId', async (c) => {
    const owner = find(c.var.clinic.owners, c.req.param('ownerId'), 'owner');
    const patch = await reader.body<Partial<Owner>>('updateOwner', c.req);
    if (patch.email !== undefined) refuseSameEmail(c.var.clinic, patch.email, owner.id);
    return c.json(Object.assign(owner, patch));
  });
  api.delete('/owners/:ownerId', (c) => {
    const owner = find(c.var.clinic.owners, c.req.param('ownerId'), 'owner');
    const pets = [...c.var.clinic.pets.values()].filter((pet) => pet.ownerId === owner.id);
    if (pets.length > 0) conflict(`${owner.name} still has ${pets.length} pet(s).`);
    c.var.clinic.owners.delete(owner.id);
    return c.body(null, 204);
  });
}

type NewPet = Partial<Pet> & Pick<Pet, 'ownerId' | 'name' | 'species'>;

function addPetRoutes(api: Hono<Variables>, reader: RequestReader): void {
  const toPet = (body: NewPet, id: string, hasPhoto: boolean): Pet => ({
    breed: null,
    birthDate: null,
    weightKg: null,
    chipNumber: null,
    allergies: [],
    vaccinations: [],
    ...body,
    id,
    hasPhoto,
  });
  const check = (clinic: Clinic, body: NewPet, id?: string): void => {
    if (!clinic.owners.has(body.ownerId)) invalid('/ownerId', `there is no owner ${body.ownerId}`);
    for (const pet of clinic.pets.values()) {
      if (typeof body.chipNumber === 'string' && pet.chipNumber === body.chipNumber && pet.id !== id) {
        conflict(`Chip ${body.chipNumber} belongs to ${pet.name} (${pet.id}).`);
      }
    }
  };

  api.get('/pets', (c) => {
    const { query, species, ownerId, ...page } = reader.parameters<
      PageParameters & { query?: string; species?: string[]; ownerId?: string }
    >('listPets', c.req);
    const pets = [...c.var.clinic.pets.values()].filter(
      (pet) =>
        (query === undefined || contains(pet.name, query)) &&
        (species === undefined || species.includes(pet.species)) &&
        (ownerId === undefined || pet.ownerId === ownerId),
    );
    return c.json(pageOf(pets, page));
  });
  api.post('/pets', async (c) => {
    const body = await reader.body<NewPet>('createPet', c.req);
    check(c.var.clinic, body);
    const pet = toPet(body, nextId(c.var.clinic.pets, 'pet'), false);
    c.var.clinic.pets.set(pet.id, pet);
    return c.json(pet, 201);
  });
  api.get('/pets/:petId', (c) => c.json(find(c.var.clinic.pets, c.req.param('petId'), 'pet')));
  api.put('/pets/:petId', async (c) => {
    const old = find(c.var.clinic.pets, c.req.param('petId'), 'pet');
    const body = await reader.body<NewPet>('replacePet', c.req);
    check(c.var.clinic, body, old.id);
    const pet = toPet(body, old.id, old.hasPhoto);
    c.var.clinic.pets.set(pet.id, pet);
    return c.json(pet);
  });
  api.delete('/pets/:petId', (c) => {
    const { pets, visits, photos } = c.var.clinic;
    const pet = find(pets, c.req.param('petId'), 'pet');
    const scheduled = [...visits.values()].find((visit) => visit.petId === pet.id && visit.status === 'scheduled');
    if (scheduled !== undefined) conflict(`${pet.name} has a visit scheduled (${scheduled.id}); cancel it first.`);
    pets.delete(pet.id);
    photos.delete(pet.id);
    return c.body(null, 204);
  });
}

function addPetFileRoutes(api: Hono<Variables>, reader: RequestReader): void {
  api.get('/pets/:petId/photo', (c) => {
    const pet = find(c.var.clinic.pets, c.req.param('petId'), 'pet');
    const photo = find(c.var.clinic.photos, pet.id, 'photo of pet');
    return c.body(photo.bytes, 200, { 'Content-Type': photo.contentType });
  });
  api.put('/pets/:petId/photo', async (c) => {
    const pet = find(c.var.clinic.pets, c.req.param('petId'), 'pet');
    const contentType = c.req.header('content-type') ?? '';
    if (contentType !== 'image/png') {
      throw new RequestError(
        415,
        'unsupported_media_type',
        `A photo must be image/png, not ${contentType || 'empty'}.`,
      );
    }
    const bytes = new Uint8Array(await c.req.arrayBuffer());
    if (bytes.length === 0 || bytes.length > maxFileBytes) invalid('', 'must be 1 byte to 1 MiB');
    c.var.clinic.photos.set(pet.id, { contentType, bytes });
    pet.hasPhoto = true;
    return c.body(null, 204);
  });
  api.get('/pets/:petId/attachments', (c) => {
    const pet = find(c.var.clinic.pets, c.req.param('petId'), 'pet');
    return c.json({ items: [...c.var.clinic.attachments.values()].filter((file) => file.petId === pet.id) });
  });
  api.post('/pets/:petId/attachments', async (c) => {
    const pet = find(c.var.clinic.pets, c.req.param('petId'), 'pet');
    const body = await reader.body<{ file: unknown; fileName?: string; kind: string }>('uploadPetAttachment', c.req);
    const { file } = body;
    if (!(file instanceof File)) invalid('/file', 'must be a file');
    if (file.size > maxFileBytes) invalid('/file', 'must be at most 1 MiB');
    const attachment: Attachment = {
      id: nextId(c.var.clinic.attachments, 'attachment'),
      petId: pet.id,
      fileName: body.fileName ?? file.name,
      contentType: file.type,
      sizeBytes: file.size,
      kind: body.kind,
    };
    c.var.clinic.attachments.set(attachment.id, attachment);
    return c.json(attachment, 201);
  });
}

function addVetRoutes(api: Hono<Variables>, reader: RequestReader): void {
  api.get('/vets', (c) => {
    const { specialties } = reader.parameters<{ specialties?: string[] }>('listVets', c.req);
    const matches = (vet: Vet): boolean =>
      specialties === undefined || specialties.some((specialty) => vet.specialties.includes(specialty));
    return c.json({ items: [...c.var.clinic.vets.values()].filter(matches) });
  });
  api.get('/vets/:vetId', (c) => c.json(find(c.var.clinic.vets, c.req.param('vetId'), 'vet')));
  api.get('/vets/:vetId/slots', (c) => {
    const vet = find(c.var.clinic.vets, c.req.param('vetId'), 'vet');
    const { date } = reader.parameters<{ date: string }>('listVetSlots', c.req);
    return c.json({ vetId: vet.id, date, slots: freeSlots(c.var.clinic, vet, date) });
  });
}

function addVisitRoutes(api: Hono<Variables>, reader: RequestReader): void {
  api.get('/visits', (c) => {
    const { petId, status, scheduled, ...page } = reader.parameters<
      PageParameters & { petId?: string; status?: string[]; scheduled?: { from?: string; until?: string } }
    >('listVisits', c.req);
    const from = Date.parse(scheduled?.from ?? '0000-01-01T00:00:00Z');
    const until = Date.parse(scheduled?.until ?? '9999-01-01T00:00:00Z');
    const visits = [...c.var.clinic.visits.values()].filter((visit) => {
      const start = Date.parse(visit.scheduledAt);
      return (
        (petId === undefined || visit.petId === petId) &&
        (status === undefined || status.includes(visit.status)) &&
        start >= from &&
        start <= until
      );
    });
    return c.json(pageOf(visits, page));
  });
  api.post('/visits', async (c) => {
    const body = await reader.body<
      Omit<Visit, 'id' | 'status' | 'notes' | 'invoiceId' | 'contact'> & { contact?: Visit['contact'] }
    >('createVisit', c.req);
    const { clinic } = c.var;
    if (!clinic.pets.has(body.petId)) invalid('/petId', `there is no pet ${body.petId}`);
    const vet = clinic.vets.get(body.vetId);
    if (vet === undefined) invalid('/vetId', `there is no vet ${body.vetId}`);
    const start = new Date(body.scheduledAt);
    const free = freeSlots(clinic, vet, start.toISOString().slice(0, 10));
    if (!free.some((slot) => Date.parse(slot) === start.getTime())) {
      conflict(`${vet.name} is not free at ${body.scheduledAt}.`);
    }
    const visit: Visit = {
      id: nextId(clinic.visits, 'visit'),
      contact: null,
      ...body,
      status: 'scheduled',
      notes: null,
      invoiceId: null,
    };
    clinic.visits.set(visit.id, visit);
    return c.json(visit, 201);
  });
  api.get('/visits/:visitId', (c) => c.json(find(c.var.clinic.visits, c.req.param('visitId'), 'visit')));
  api.post('/visits/:visitId/cancel', (c) => {
    const visit = find(c.var.clinic.visits, c.req.param('visitId'), 'visit');
    if (visit.status === 'completed') conflict(`${visit.id} is completed.`);
    visit.status = 'cancelled';
    return c.json(visit);
  });
  api.post('/visits/:visitId/complete', async (c) => {
    const { clinic } = c.var;
    const visit = find(clinic.visits, c.req.param('visitId'), 'visit');
    const { notes, lines } = await reader.body<{ notes: string; lines: InvoiceLine[] }>('completeVisit', c.req);
    if (visit.status !== 'scheduled') conflict(`${visit.id} is ${visit.status}.`);
    const invoice: Invoice = {
      id: nextId(clinic.invoices, 'invoice'),
      visitId: visit.id,
      ownerId: find(clinic.pets, visit.petId, 'pet').ownerId,
      status: 'open',
      currency: 'EUR',
      lines,
      totalCents: lines.reduce((sum, line) => sum + line.unitPriceCents * line.quantity, 0),
      paidAt: null,
    };
    clinic.invoices.set(invoice.id, invoice);
    return c.json(Object.assign(visit, { status: 'completed', notes, invoiceId: invoice.id }));
  });
}

function addInvoiceRoutes(api: Hono<Variables>, reader: RequestReader): void {
  api.get('/invoices', (c) => {
    const { ownerId, status, ...page } = reader.parameters<PageParameters & { ownerId?: string; status?: string }>(
      'listInvoices',
      c.req,
    );
    const invoices = [...c.var.clinic.invoices.values()].filter(
      (invoice) =>
        (ownerId === undefined || invoice.ownerId === ownerId) && (status === undefined || invoice.status === status),
    );
    return c.json(pageOf(invoices, page));
  });
  api.get('/invoices/:invoiceId', (c) => c.json(find(c.var.clinic.invoices, c.req.param('invoiceId'), 'invoice')));
  api.post('/invoices/:invoiceId/pay', async (c) => {
    const { clinic } = c.var;
    const invoice = find(clinic.invoices, c.req.param('invoiceId'), 'invoice');
    const { 'Idempotency-Key': key } = reader.parameters<{ 'Idempotency-Key'?: string }>('payInvoice', c.req);
    const body = await reader.body<{ amountCents: number }>('payInvoice', c.req);
    if (key !== undefined && clinic.payments.get(key) === invoice.id) return c.json(invoice);
    if (invoice.status !== 'open') conflict(`${invoice.id} is ${invoice.status}.`);
    if (body.amountCents !== invoice.totalCents) {
      conflict(`${invoice.id} is over ${invoice.totalCents} cents, not ${body.amountCents}.`);
    }
    if (key !== undefined) clinic.payments.set(key, invoice.id);
    return c.json(Object.assign(invoice, { status: 'paid', paidAt: new Date().toISOString() }));
  });
  api.get('/invoices/:invoiceId/pdf', (c) => {
    const invoice = find(c.var.clinic.invoices, c.req.param('invoiceId'), 'invoice');
    return c.body(invoicePdf(invoice), 200, { 'Content-Type': 'application/pdf' });
  });
}

function addReportRoutes(api: Hono<Variables>): void {
  api.get('/reports/revenue', (c) => {
    const { clinic } = c.var;
    const now = Date.now();
    clinic.reportCalls = clinic.reportCalls.filter((at) => at > now - 1000);
    if (clinic.reportCalls.length >= reportCallsPerSecond) {
      throw new RequestError(429, 'rate_limited', `At most ${reportCallsPerSecond} reports a second.`, {
        headers: { 'Retry-After': '1' },
      });
    }
    clinic.reportCalls.push(now);
    const months = new Map<string, { month: string; invoicedCents: number; paidCents: number }>();
    for (const invoice of clinic.invoices.values()) {
      const month = find(clinic.visits, invoice.visitId, 'visit').scheduledAt.slice(0, 7);
      const sum = months.get(month) ?? { month, invoicedCents: 0, paidCents: 0 };
      sum.invoicedCents += invoice.totalCents;
      if (invoice.status === 'paid') sum.paidCents += invoice.totalCents;
      months.set(month, sum);
    }
    return c.json({ months: [...months.values()].sort((a, b) => a.month.localeCompare(b.month)) });
  });
  api.get('/reports/pets.csv', (c) => {
    const lines = [...c.var.clinic.pets.values()].map((pet) => `${pet.id},"${pet.name}",${pet.species},${pet.ownerId}`);
    return c.body(['id,name,species,ownerId', ...lines, ''].join('\r\n'), 200, { 'Content-Type': 'text/csv' });
  });
}

function pageOf<T extends { id: string }>(
  items: readonly T[],
  page: PageParameters,
): { items: T[]; nextCursor: string | null } {
  const after = page.cursor === undefined ? 0 : Number(Buffer.from(page.cursor, 'base64url').toString());
  if (!Number.isSafeInteger(after)) invalid('cursor', 'is not a cursor of this list');
  const rest = items.filter((item) => idNumber(item.id) > after);
  const shown = rest.slice(0, page.limit);
  const last = shown.at(-1);
  return {
    items: shown,
    nextCursor:
      last === undefined || rest.length === shown.length
        ? null
        : Buffer.from(String(idNumber(last.id))).toString('base64url'),
  };
}

function find<T>(collection: ReadonlyMap<string, T>, id: string, noun: string): T {
  const item = collection.get(id);
  if (item === undefined) throw new RequestError(404, 'not_found', `There is no ${noun} ${id}.`);
  return item;
}

function refuseSameEmail(clinic: Clinic, email: string, except?: string): void {
  for (const owner of clinic.owners.values()) {
    if (owner.email === email && owner.id !== except) conflict(`${email} belongs to ${owner.name} (${owner.id}).`);
  }
}

function contains(text: string, part: string): boolean {
  return text.toLowerCase().includes(part.toLowerCase());
}

function conflict(message: string): never {
  throw new RequestError(409, 'conflict', message);
}

function invalid(path: string, message: string): never {
  throw new RequestError(422, 'validation_failed', 'The request breaks a rule.', { fields: [{ path, message }] });
}

/** A document of one page that shows one line of text. */
function invoicePdf(invoice: Invoice): Uint8Array<ArrayBuffer> {
  const text = `Invoice ${invoice.id}: ${(invoice.totalCents / 100).toFixed(2)} ${invoice.currency}`;
  const stream = `BT /F1 18 Tf 40 100 Td (${text}) Tj ET`;
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 200] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ];
  let pdf = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const offset = pdf.length;
    pdf += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  pdf += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${pdf.length}\n%%EOF\n`;
  return new TextEncoder().encode(pdf);
}
