import type { JsonObject } from '@jackfield/contract';
import type { Egress } from '../egress/egress.ts';
import type { HttpBinding, Tool, Toolkit } from '../toolkit.ts';
import type { Granted, Performed } from './action.ts';
import { buildHttpRequest, type ToolArguments } from './http-request.ts';
import type { EngineLimits } from './limits.ts';
import { mapResponse } from './map-response.ts';
import { sendRequest } from './send-request.ts';

export interface HttpToolOptions {
  readonly egress: Egress;
  readonly limits: EngineLimits;
  readonly now: () => Date;
}

/** Runs a tool that is a request to an HTTP API. @throws JackfieldError as `buildHttpRequest` and `Egress.fetch` do */
export async function runHttpTool(
  { tool, toolkit, binding, input }: { tool: Tool; toolkit: Toolkit; binding: HttpBinding; input: ToolArguments },
  { authorization, reauthorization, secrets, signal }: Granted,
  { egress, limits, now }: HttpToolOptions,
): Promise<Performed<JsonObject>> {
  const repeatable = isRepeatable(tool);
  const request = buildHttpRequest(binding, input);
  const response = await sendRequest(request, {
    egress,
    limits,
    authorization,
    reauthorization,
    idempotent: repeatable,
    allowedHosts: [new URL(binding.baseUrl).host],
    signal,
  });
  return mapResponse(response, { service: toolkit.name, repeatable, accept: binding.accept, secrets, now: now() });
}

/** Doing it twice does no more than doing it once. */
export function isRepeatable({ hints }: Tool): boolean {
  return hints.readOnlyHint || hints.idempotentHint;
}
