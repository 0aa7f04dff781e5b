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

export function call(name: string, args: unknown): void {
  console.log(`   ${cyan('→')} ${name} ${dim(shorten(JSON.stringify(args)))}`);
}

export function answer(text: string): void {
  console.log(`   ${cyan('←')} ${dim(shorten(text))}`);
}

export function passed(text: string): void {
  console.log(`   ${green('✓')} ${text}`);
}

function shorten(text: string): string {
  return text.length > 110 ? `${text.slice(0, 109)}…` : text;
}
