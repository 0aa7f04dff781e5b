import type { ScriptedStep } from '@jackfield-internal/conformance/vercel';

/** What a model would do when somebody asks who they are at Northwind. */
export const script: readonly ScriptedStep[] = [
  { toolCalls: [{ name: 'NORTHWIND_GET_ME', arguments: {} }] },
  ({ results }) => {
    const [result] = results;
    if (result === undefined || result.failed) return { text: 'I cannot reach Northwind: you have not connected it.' };
    const { email, team } = result.value as { email: string; team: string };
    return { text: `At Northwind you are ${email}, of ${team}.` };
  },
];
