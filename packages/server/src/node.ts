/** The Jackfield server on Node. */
export { type ListenOptions, listen, type Server } from './listen.ts';
export { createLogger, type LoggerOptions } from './logger.ts';
export type { EngineSettings, ServerLimits } from './open-engine.ts';
export type { StoreSettings } from './open-store-at.ts';
export { type NodeHandler, toNodeHandler } from './to-node-handler.ts';
