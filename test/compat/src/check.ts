import type { World } from './world.ts';

/** One statement of the wire contract, asked of real clients. */
export interface Check {
  /** Sections of the contract. */
  readonly sections: string;
  readonly name: string;
  run(world: World): Promise<void>;
}
