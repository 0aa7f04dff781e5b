import { de } from './texts/de.ts';
import { en } from './texts/en.ts';

/** Names one text of the connect pages. */
export type ConnectTextKey = keyof typeof en;

/** Every text of the connect pages in one language; see `texts/en.ts` for what stands in braces. */
export type ConnectTexts = Readonly<Record<ConnectTextKey, string>>;

/** What there is of itself, by language tag (BCP 47). A language more is a file in `texts/` and a line here. */
export const connectTexts: Readonly<Record<string, ConnectTexts>> = { en, de };

/** What no other language has is taken from here. */
export const defaultLanguage = 'en';
