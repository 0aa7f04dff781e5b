/** Runs the API until it is interrupted: `pnpm --filter @jackfield-internal/fakes petclinic`. */
import { startPetclinic } from './start-petclinic.ts';

const petclinic = await startPetclinic({ port: Number(process.env.PORT ?? 4010) });
process.stdout.write(
  [
    `Petclinic   ${petclinic.url}/v1`,
    `Document    ${petclinic.url}/openapi.json`,
    `Tokens      anna: ${petclinic.token('anna')}   ben: ${petclinic.token('ben')}`,
    '',
  ].join('\n'),
);
