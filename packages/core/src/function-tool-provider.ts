import type { ExecuteTool, Provider, SessionTool } from './provider.ts';

/** A function tool as OpenAI's chat completions take it, and most services that speak the same API. */
export interface FunctionTool {
  type: 'function';
  function: {
    name: string;
    description: string;
    /** JSON Schema of the arguments. */
    parameters: { [keyword: string]: unknown };
  };
}

/**
 * What sessions use when no other provider is chosen: plain function tools, for any loop of one's own. Run a call with
 * `session.execute(call.function.name, JSON.parse(call.function.arguments))`.
 */
export class FunctionToolProvider implements Provider<FunctionTool[], FunctionTool> {
  readonly name = 'functions';

  wrapTool(tool: SessionTool): FunctionTool {
    return {
      type: 'function',
      function: { name: tool.slug, description: tool.description, parameters: tool.inputParameters },
    };
  }

  wrapTools(tools: readonly SessionTool[], _execute: ExecuteTool): FunctionTool[] {
    return tools.map((tool) => this.wrapTool(tool));
  }
}
