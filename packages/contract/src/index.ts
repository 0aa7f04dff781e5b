/**
 * The light half of the contract: error codes and the error. Loads no zod.
 */
export {
  type ErrorCode,
  errorCodes,
  JackfieldError,
  type JackfieldErrorOptions,
  type SerializedError,
} from './errors.ts';
