import type { ConnectPageLook } from './connect-page-settings.ts';
import type { Html } from './html.ts';
import type { Wording } from './wording.ts';

/** What every part of a page is made with. */
export interface View {
  readonly look: ConnectPageLook;
  readonly wording: Wording;
  readonly say: (...parameters: Parameters<Wording['say']>) => Html;
  readonly plain: (...parameters: Parameters<Wording['plain']>) => string;
  /** The URL again, and the page's policy permits it; undefined when a page may not show it. */
  readonly image: (url: string | undefined) => string | undefined;
  readonly now: Date;
}
