export interface Progress {
  readonly done: number;
  readonly total: number;
}

/** One line that is written over on a terminal; a line for every tenth elsewhere. */
export function showProgress(verb: string, things: string): (progress: Progress) => void {
  let shown = 0;
  return ({ done, total }) => {
    const tenth = Math.floor((done / total) * 10);
    const text = `${verb} ${done} of ${total} ${things}`;
    if (process.stderr.isTTY) process.stderr.write(`\r${text}${done === total ? '\n' : ''}`);
    else if (tenth > shown) process.stderr.write(`${text}\n`);
    shown = tenth;
  };
}
