const needed = [22, 18] as const;

/** @param version - As in `process.versions.node`. */
export function isSupported(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > needed[0] || (major === needed[0] && minor >= needed[1]);
}

export function tooOld(version: string): string {
  return `error: Node ${version} is too old.\nfix:   Use Node ${needed.join('.')} or newer.\n`;
}
