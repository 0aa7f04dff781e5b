import { type OpenVault, openVault, type RotationProgress } from '@jackfield/server';
import { requireStore } from './require-store.ts';
import { type StoreOptions, storePlace } from './store-options.ts';
import type { Terminal } from './terminal.ts';

export interface VaultOptions extends StoreOptions {
  readonly json?: true;
}

/** How often progress is told, in milliseconds. */
const progressEveryMs = 1_000;

/** @throws JackfieldError as `openVault` and {@link OpenVault.rotate} do */
export async function rotateVault(options: VaultOptions, terminal: Terminal): Promise<void> {
  const place = storePlace(options, terminal);
  requireStore(place);
  const vault = await openVault(place);
  try {
    const done = await vault.rotate(progressTeller(terminal));
    if (options.json) {
      const { checked, rotated } = done;
      terminal.stdout.write(`${JSON.stringify({ keyId: vault.keyId, secrets: checked, rotated }, null, 2)}\n`);
    } else terminal.stderr.write(summary(vault, done));
  } finally {
    await vault.close();
  }
}

function progressTeller({ stderr }: Terminal): (progress: RotationProgress) => void {
  let told = performance.now();
  return ({ checked, rotated, total }) => {
    if (performance.now() - told < progressEveryMs) return;
    told = performance.now();
    stderr.write(`${checked} of ${total} secrets checked, ${rotated} encrypted anew\n`);
  };
}

function summary({ keyId, keys }: OpenVault, { checked, rotated }: RotationProgress): string {
  if (rotated === 0 && keys === 1) {
    return [
      `Nothing to do: all ${checked} secrets are encrypted under the key ${keyId}, the only one that there is.`,
      'To replace it, put a new key and a comma in front of it, start every server with both, and run this again.',
      '',
    ].join('\n');
  }
  const done =
    rotated === 0
      ? `Nothing to do: all ${checked} secrets are encrypted under the key ${keyId} already.`
      : `${rotated} of ${checked} secrets were encrypted anew: all are under the key ${keyId} now.`;
  const rest =
    keys === 1 ? '' : 'The other keys are not needed any more: start every server with the first one alone.\n';
  return `${done}\n${rest}`;
}
