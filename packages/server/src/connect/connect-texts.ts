/** Every text on the pages on which a person connects an account. */
export const connectTexts = {
  language: 'en',
  title: (toolkit: string) => `Connect ${toolkit}`,
  forUser: 'Connecting for',
  intro: (toolkit: string) =>
    `An app asks to use ${toolkit} on your behalf. To allow it, enter what ${toolkit} gave you.`,
  optional: 'optional',
  submit: 'Connect',
  kept: 'What you enter is stored encrypted, used only to call this service for you, and never shown again.',
  expiresIn: (minutes: number) =>
    minutes <= 1 ? 'This link works once, for one more minute.' : `This link works once, for ${minutes} more minutes.`,
  mistakes: 'Please look at this again:',
  retype: 'Secrets are not kept between tries: please enter them again.',
  done: { title: 'Your account is connected', text: 'You can close this page and go back to the app.' },
  signIn: (toolkit: string) =>
    `An app asks to use ${toolkit} on your behalf. You sign in at ${toolkit}, and decide there what it may do.`,
  goOn: (toolkit: string) => `Continue to ${toolkit}`,
  notConnected: (toolkit: string) => ({
    title: `${toolkit} is not connected`,
    fix: 'Go back to the app and start connecting again: you get a new link.',
  }),
  otherBrowser: {
    title: 'This link belongs to another browser',
    text: 'It was opened somewhere else first. Nothing was stored.',
    fix: 'Go on in the browser where you opened it first, or ask the app for a new link.',
  },
  expired: {
    title: 'This link can no longer be used',
    text: 'It was used already, was replaced by a newer one, or has run out.',
    fix: 'Go back to the app and start connecting again: you get a new link.',
  },
  refused: {
    title: 'This form came from another place',
    text: 'Nothing was stored.',
    fix: 'Open the link from the app again and fill in the form there.',
  },
  failed: {
    title: 'Connecting did not work',
    text: 'Nothing was stored.',
    fix: 'Try again in a moment. If it stays like this, tell the people behind the app this number:',
  },
} as const;
