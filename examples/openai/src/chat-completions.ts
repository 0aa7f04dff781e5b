import { Jackfield } from '@jackfield/core';
import { OpenAIProvider } from '@jackfield/openai';
import type { EmbeddedFetch } from '@jackfield/server/embedded';
import type { ChatCompletionMessageParam } from 'openai/resources/chat/completions';
import { chooseClient } from './model.ts';
import { sessionConfig } from './session-config.ts';

/** The loop with chat completions: the whole conversation is sent each time. */
export async function askChatCompletions(server: EmbeddedFetch, question: string): Promise<string> {
  const jackfield = new Jackfield({ fetch: server, provider: new OpenAIProvider() });
  const session = await jackfield.sessions.create('anna', sessionConfig);
  const tools = await session.tools();
  const { openai, model, close } = await chooseClient();

  const messages: ChatCompletionMessageParam[] = [{ role: 'user', content: question }];
  for (;;) {
    const completion = await openai.chat.completions.create({ model, messages, tools });
    const message = completion.choices[0]?.message;
    if (message === undefined) throw new Error('The model did not answer.');
    messages.push(message);
    for (const call of message.tool_calls ?? []) {
      if (call.type === 'function') console.log(`→ ${call.function.name} ${call.function.arguments}`);
    }
    const answers = await jackfield.provider.handleToolCalls(session, completion);
    if (answers.length === 0) {
      await close();
      return message.content ?? '';
    }
    messages.push(...answers);
  }
}
