/**
 * What a person does with a connect link: opens the page, pastes the token into its form and submits it. No JavaScript
 * of the page is needed.
 *
 * @returns Where the browser ends up.
 */
export async function connectInBrowser(link: string, token: string): Promise<URL> {
  const page = await fetch(link);
  const html = await page.text();
  if (!page.ok) throw new Error(`The connect page answered ${page.status}: ${html}`);
  const fields = new URLSearchParams();
  for (const [input] of html.matchAll(/<input[^>]*>/g)) {
    const name = /\bname="([^"]*)"/.exec(input)?.[1];
    if (name === undefined) continue;
    const isHidden = /\btype="hidden"/.test(input);
    fields.set(name, isHidden ? (/\bvalue="([^"]*)"/.exec(input)?.[1] ?? '') : token);
  }
  const action = /<form[^>]*\baction="([^"]*)"/.exec(html)?.[1] ?? '';
  const submitted = await fetch(new URL(action, page.url), {
    method: 'POST',
    headers: { origin: new URL(page.url).origin },
    body: fields,
  });
  if (!submitted.ok) throw new Error(`The connect page refused the token: ${await submitted.text()}`);
  return new URL(submitted.url);
}
