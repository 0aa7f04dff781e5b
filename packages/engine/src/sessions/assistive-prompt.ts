import type { AssistivePromptConfig } from '@jackfield/contract';
import type { MetaToolWord } from '../execution/meta-tools/meta-tool-slug.ts';

/** A text for the system prompt of an agent: how to use the meta tools that its session has. */
export function assistivePrompt(
  slugOf: (word: MetaToolWord) => string | undefined,
  { userTimezone }: AssistivePromptConfig,
  now: Date,
): string {
  const search = slugOf('SEARCH_TOOLS');
  const run = slugOf('MULTI_EXECUTE_TOOL');
  const connect = slugOf('MANAGE_CONNECTIONS');
  return [
    ...(search === undefined
      ? ['You have tools of applications that act for the user.']
      : [
          `You reach applications for the user through tools. When none at hand does what is needed, find one with ${search}: one short query for each action, naming the application.`,
        ]),
    ...(run === undefined ? [] : [`Run what you found with ${run}; put independent calls into one.`]),
    ...(connect === undefined
      ? []
      : [`If an application is not connected, call ${connect} and show the user the link that it returns.`]),
    'When a tool fails, read what its error says, correct the arguments and try again; do not repeat a call that changes something unless the error says that it did not happen.',
    ...(userTimezone === undefined
      ? []
      : [`The user's time zone is ${userTimezone}; it is now ${localTime(now, userTimezone)} there.`]),
  ].join('\n');
}

function localTime(now: Date, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', { timeZone, dateStyle: 'full', timeStyle: 'short' }).format(now);
}
