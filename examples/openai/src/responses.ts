import { Jackfield } from '@jackfield/core';
import { OpenAIResponsesProvider } from '@jackfield/openai';
import type { EmbeddedFetch } from '@jackfield/server/embedded';
import type { Response, ResponseInput } from 'openai/resources/responses/responses';
import { chooseClient } from './model.ts';
import { sessionConfig } from './session-config.ts';

/** The loop with responses: OpenAI keeps the conversation, and only what is new is sent. */
export async function askResponses(server: EmbeddedFetch, question: string): Promise<string> {
  const jackfield = new Jackfield({ fetch: server, provider: new OpenAIResponsesProvider() });
  const session = await jackfield.sessions.create('anna', sessionConfig);
  const tools = await session.tools();
  const { openai, model, close } = await chooseClient();

  let input: ResponseInput = [{ role: 'user', content: question }];
  let previous: string | null = null;
  for (;;) {
    const response: Response = await openai.responses.create({ model, input, tools, previous_response_id: previous });
    for (const item of response.output) {
      if (item.type === 'function_call') console.log(`→ ${item.name} ${item.arguments}`);
    }
    input = await jackfield.provider.handleToolCalls(session, response);
    previous = response.id;
    if (input.length === 0) {
      await close();
      return response.output_text;
    }
  }
}
