import { type CreateSessionConfig, SessionPreset } from '@jackfield/core';

/** The tools themselves, and only those that read. */
export const sessionConfig = {
  sessionPreset: SessionPreset.DIRECT_TOOLS,
  toolkits: ['petclinic'],
  tags: ['readOnlyHint'],
} satisfies CreateSessionConfig;
