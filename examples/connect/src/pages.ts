import type { ConnectedAccount } from '@jackfield/core';
import { html } from 'hono/html';

type Html = ReturnType<typeof html>;

export function loginPage(): Html {
  return page(html`<form method="post" action="/login">
    <label>Your name <input name="name" value="ada" required pattern="[a-z]+" /></label>
    <button>Log in</button>
  </form>`);
}

export interface HomePage {
  readonly user: string;
  readonly account: ConnectedAccount | undefined;
  /** How connecting ended, when the browser comes from there. */
  readonly status: string | undefined;
}

export function homePage({ user, account, status }: HomePage): Html {
  return page(html`<p>Hello ${user}.</p>
    ${status === 'failed' ? html`<p role="alert">Northwind was not connected: ${account?.statusReason}</p>` : ''}
    ${
      account?.status === 'ACTIVE'
        ? html`<p>Northwind is connected.</p>
            <form method="post" action="/chat">
              <label>Ask your agent <input name="question" value="Who am I at Northwind?" size="40" required /></label>
              <button>Ask</button>
            </form>`
        : html`<form method="post" action="/northwind"><button>Connect Northwind</button></form>`
    }`);
}

export function answerPage(question: string, answer: string): Html {
  return page(html`<p>${question}</p>
    <blockquote>${answer}</blockquote>
    <p><a href="/">Back</a></p>`);
}

function page(content: Html): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>Acme</title>
      </head>
      <body>
        <h1>Acme</h1>
        ${content}
      </body>
    </html>`;
}
