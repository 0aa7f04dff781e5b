/** An environment variable where the runtime has any: not in a browser, and without importing `node:process`. */
export function environmentVariable(name: string): string | undefined {
  const process: { env?: Record<string, string | undefined> } | undefined = Reflect.get(globalThis, 'process');
  return process?.env?.[name] || undefined;
}
