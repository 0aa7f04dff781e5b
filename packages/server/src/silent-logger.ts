import type { Logger } from '@jackfield/engine';

const nothing = () => undefined;

/** Tells nobody. */
export const silentLogger: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };
