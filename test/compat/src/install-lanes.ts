import { installLane, laneNames } from './lanes.ts';

/** Before the first check of a run: files of checks run side by side. */
export function setup(): void {
  for (const name of laneNames) installLane(name);
}
