import { Socket } from 'node:net';

/** Hosts outside of this machine that anything in this process tried to reach. */
export interface Guard {
  readonly foreign: readonly string[];
  release(): void;
}

/** Lets nothing in this process reach another machine, and keeps what tried. */
export function guardTraffic(): Guard {
  const foreign: string[] = [];
  const { connect } = Socket.prototype;
  Socket.prototype.connect = function (this: Socket, ...args: unknown[]) {
    const host = hostOf(args);
    if (host !== undefined && !/^(?:localhost|127\.\d+\.\d+\.\d+|::1)$/.test(host)) {
      foreign.push(host);
      queueMicrotask(() => this.destroy(new Error(`No traffic to ${host} from the compatibility checks.`)));
      return this;
    }
    return Reflect.apply(connect, this, args);
  };
  return {
    foreign,
    release() {
      Socket.prototype.connect = connect;
    },
  };
}

/** Node calls it with a list of normalized arguments, others as its documentation says. */
function hostOf(args: readonly unknown[]): string | undefined {
  const [first, second] = args;
  if (Array.isArray(first)) return hostOf(first);
  if (typeof first === 'number') return typeof second === 'string' ? second : 'localhost';
  if (typeof first !== 'object' || first === null || ('path' in first && typeof first.path === 'string'))
    return undefined;
  return 'host' in first && typeof first.host === 'string' ? first.host : 'localhost';
}
