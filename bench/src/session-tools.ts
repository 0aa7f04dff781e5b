import { Jackfield, type Provider } from '@jackfield/core';
import { LangChainProvider } from '@jackfield/langchain';
import { OpenAIProvider } from '@jackfield/openai';
import { VercelProvider } from '@jackfield/vercel';
import { compare } from './compare.ts';
import { type FrameworkName, frameworks } from './frameworks.ts';
import { importComposio } from './peers.ts';
import { recordSessions } from './recorded-sessions.ts';
import { replayInProcess, replayOverHttp } from './recording.ts';
import { atLeast, atMost, number, type Section, timing } from './report.ts';

const toolCounts = [7, 100, 500];
const options = { warmUp: 20, rounds: 80, collectGarbage: true };
const secondOptions = { warmUp: 100, rounds: 500 };

const providers: Readonly<Record<FrameworkName, () => Provider<unknown, unknown>>> = {
  vercel: () => new VercelProvider(),
  langchain: () => new LangChainProvider(),
  openai: () => new OpenAIProvider(),
};

/** `session.tools()` of a session that was not asked before, and of one that was. */
export async function measureSessionTools(): Promise<readonly Section[]> {
  const { openSession } = await importComposio();
  const replay = await replayOverHttp();
  const { recording, sessions } = await recordSessions(toolCounts, replay.baseURL);
  await replay.send(recording);
  const inProcess = replayInProcess(recording);
  const overHttp: string[][] = [];
  const withoutHttp: string[][] = [];
  const again: string[][] = [];
  try {
    for (const { name } of frameworks) {
      for (const { id, tools, bytes } of sessions) {
        const path = `/v1/tool_router/session/${id}/tools?limit=500`;
        const open = (fetch?: ReturnType<typeof replayInProcess>) =>
          new Jackfield({ apiKey: 'bench', baseURL: replay.baseURL, provider: providers[name](), fetch }).sessions.use(
            id,
          );
        const composioSession = await openSession(name, replay.baseURL, id);
        const timings = await compare(
          {
            floor: () => async () => JSON.parse(await (await fetch(replay.baseURL + path)).text()),
            jackfield: async () => {
              const session = await open();
              return () => session.tools();
            },
            // Keeps no list: each call is like the first.
            composio: () => () => composioSession.tools(),
            inProcessFloor: () => async () => JSON.parse(await (await inProcess(replay.baseURL + path)).text()),
            inProcess: async () => {
              const session = await open(inProcess);
              return () => session.tools();
            },
          },
          options,
        );
        const asked = await open();
        await asked.tools();
        const { second } = await compare({ second: () => () => asked.tools() }, secondOptions);
        const { floor, jackfield, composio, inProcessFloor } = timings;
        // The targets are for 100 tools and more: below that it is the request that takes the time.
        const held = tools >= 100;
        const timesFloor = jackfield.median / floor.median;
        const timesFaster = composio.median / jackfield.median;
        overHttp.push([
          name,
          String(tools),
          `${number(bytes / 1e6)} MB`,
          timing(floor),
          timing(jackfield),
          timing(composio),
          held ? atMost(timesFloor, 1.3, ' x') : `${number(timesFloor)} x`,
          held ? atLeast(timesFaster, 11, ' x') : `${number(timesFaster)} x`,
        ]);
        withoutHttp.push([
          name,
          String(tools),
          timing(inProcessFloor),
          timing(timings.inProcess),
          `${number(timings.inProcess.median / inProcessFloor.median)} x`,
        ]);
        again.push([name, String(tools), timing(second), atMost(second.median, 1, ' ms')]);
      }
    }
  } finally {
    replay.stop();
  }
  const rounds = `Medians of ${options.rounds} rounds, the middle half in brackets.`;
  return [
    {
      title: 'First `session.tools()` over HTTP',
      note: `The floor is \`fetch\` and \`JSON.parse\` of the same bytes from the same server in the same run. ${rounds}`,
      columns: ['', 'tools', 'bytes', 'floor', 'Jackfield', 'Composio', 'of the floor', 'of Composio'],
      rows: overHttp,
    },
    {
      title: 'First `session.tools()` without a network',
      note: `As above, with a \`fetch\` that answers from memory in the same process. ${rounds}`,
      columns: ['', 'tools', 'floor', 'Jackfield', 'of the floor'],
      rows: withoutHttp,
    },
    {
      title: 'Second `session.tools()` of an unchanged session, over HTTP',
      note: `The server answers 304; the same frozen schemas are given out again. Medians of ${secondOptions.rounds} rounds.`,
      columns: ['', 'tools', 'Jackfield', 'held to'],
      rows: again,
    },
  ];
}
