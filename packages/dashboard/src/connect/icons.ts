import { html } from 'hono/html';

const attributes = html`viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false"`;

/** Drawn, not loaded. None of them says anything that the text beside it does not. */
export const icons = {
  between: html`<svg class="between" viewBox="0 0 40 20" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false"><path d="M2 10h5m5 0h5m5 0h5m5 0h5M32 5l5 5-5 5" /></svg>`,
  check: html`<svg ${attributes}><path d="M4.5 10.5 8 14l7.5-8" /></svg>`,
  cross: html`<svg ${attributes}><path d="m5.5 5.5 9 9m0-9-9 9" /></svg>`,
  clock: html`<svg ${attributes}><circle cx="10" cy="10" r="7" /><path d="M10 6v4l2.75 1.75" /></svg>`,
  lock: html`<svg ${attributes}><rect x="4" y="9" width="12" height="8" rx="2" /><path d="M6.75 9V6.25a3.25 3.25 0 0 1 6.5 0V9" /></svg>`,
  warning: html`<svg ${attributes}><circle cx="10" cy="10" r="7.25" /><path d="M10 6.25v4.25m0 3.1v.1" /></svg>`,
  browser: html`<svg ${attributes}><rect x="2.5" y="4" width="15" height="12" rx="2" /><path d="M2.5 8h15M5.5 6h.01M8 6h.01" /></svg>`,
};
