import { createTool, createToolkit, type JsonObject } from '@jackfield/core';
import { z } from 'zod';

/** A function of this program: no API behind it. */
const quote = createTool('quote', {
  name: 'Quote a treatment',
  description: 'Says what a treatment costs, in cents, for an animal of a given weight.',
  input: z.object({ treatment: z.enum(['vaccination', 'castration']), weightKg: z.number().positive() }),
  execute: ({ treatment, weightKg }) => ({
    cents: treatment === 'vaccination' ? 4500 : 9000 + Math.round(weightKg * 150),
  }),
});

export const prices = createToolkit('prices', {
  name: 'Prices',
  description: 'What treatments cost.',
  preload: true,
  tools: [quote],
});

/** Several calls of the API as one tool, with the user's own account. */
export const medicalHistory = createTool('medical_history', {
  name: "Tell a pet's medical history",
  description: 'Finds a pet by its name and lists its completed visits: the medical history of the pet.',
  input: z.object({ petName: z.string().describe('What the pet is called.') }),
  extendsToolkit: 'petclinic',
  async execute({ petName }, context) {
    const pets = await context.execute('PETCLINIC_LIST_PETS', { query: petName });
    const [pet] = pets.data.items as JsonObject[];
    if (pet === undefined) throw new Error(`The clinic knows no pet called ${petName}.`);
    const visits = await context.proxyExecute({
      toolkit: 'petclinic',
      method: 'GET',
      endpoint: `/visits?petId=${pet.id}&status=completed`,
    });
    return { pet: pet.name, askedBy: context.userId, visits: (visits.data as JsonObject).items };
  },
});
