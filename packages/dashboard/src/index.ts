/** The pages that the server shows to people. */
export type {
  ConnectContent,
  ConnectIssue,
  ConnectMistakes,
  ConnectNotice,
} from './connect/connect-content.ts';
export type { ConnectPageSettings } from './connect/connect-page-settings.ts';
export {
  type ConnectPages,
  checkConnectPages,
  createConnectPages,
  type RenderedPage,
  type RenderOptions,
} from './connect/connect-pages.ts';
export type { ConnectTextKey, ConnectTexts } from './connect/connect-texts.ts';
export { accountLabel } from './connect/wording.ts';
