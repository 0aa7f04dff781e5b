const colour = process.stdout.isTTY && !process.env.NO_COLOR;
const paint = (code: number) => (text: string) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);

const bold = paint(1);
const dim = paint(2);
const cyan = paint(36);
const green = paint(32);

let step = 0;

export function heading(text: string): void {
  step += 1;
  console.log(`\n${bold(`${step}. ${text}`)}`);
}

export function line(text: string): void {
  console.log(`   ${text}`);
}

export function code(text: string): void {
  for (const row of text.split('\n')) console.log(`   ${dim(row)}`);
}

/** What the agent calls; of a batch each call, of a search each query. */
export function call(name: string, input: unknown): void {
  const { tools, queries } = input as { tools?: BatchCall[]; queries?: { use_case: string }[] };
  console.log(`   ${cyan('→')} ${name}${tools || queries ? '' : ` ${dim(shorten(JSON.stringify(input)))}`}`);
  for (const { use_case: useCase } of queries ?? []) console.log(`       ${dim(useCase)}`);
  for (const inner of tools ?? []) {
    console.log(`       ${inner.tool_slug} ${dim(shorten(JSON.stringify(inner.arguments)))}`);
  }
}

/** What came back, as the agent reads it. */
export function answer(output: unknown): void {
  const { data, error } = output as { data: Answered; error: string | null };
  for (const result of data.results ?? []) {
    const text =
      'response' in result
        ? (result.response.error ?? JSON.stringify(result.response.data))
        : result.primary_tool_slugs.slice(0, 2).join(', ');
    console.log(`   ${cyan('←')} ${dim(shorten(text))}`);
  }
  if (data.results === undefined) console.log(`   ${cyan('←')} ${dim(shorten(error ?? JSON.stringify(data)))}`);
}

interface BatchCall {
  readonly tool_slug: string;
  readonly arguments: unknown;
}

interface Answered {
  readonly results?: readonly (
    | { readonly response: { readonly data: unknown; readonly error?: string } }
    | { readonly primary_tool_slugs: readonly string[] }
  )[];
}

export function passed(text: string): void {
  console.log(`   ${green('✓')} ${text}`);
}

function shorten(text: string): string {
  return text.length > 100 ? `${text.slice(0, 99)}…` : text;
}
