import { type AccentColors, accentColors, surfaces } from './accent-colors.ts';

/** Style of the connect pages: one column, the reader's own light or dark, from 320 CSS pixels of width on. */
export function connectStyle(color: string): string {
  const accent = accentColors(color);
  return `
:root {
  color-scheme: light dark;
  ${variables(accent.light)}
  --page: ${surfaces.light.page}; --card: ${surfaces.light.card}; --line: #e1e4e9; --text: #16181d; --soft: #5a6270;
  --field: #fff; --field-line: #858d9a; --quiet: ${surfaces.light.quiet};
  --wrong: #b42318; --wrong-ground: #fef3f2; --wrong-line: #f3b3ac; --right: #18794e; --right-ground: #e9f6ef;
  --shadow: 0 1px 2px rgb(16 24 40 / .06), 0 12px 32px -8px rgb(16 24 40 / .12);
}
@media (prefers-color-scheme: dark) {
  :root {
    ${variables(accent.dark)}
    --page: ${surfaces.dark.page}; --card: ${surfaces.dark.card}; --line: #2c3038; --text: #f2f4f7; --soft: #a3abb8;
    --field: #0f1114; --field-line: #6f7785; --quiet: ${surfaces.dark.quiet};
    --wrong: #ff9b90; --wrong-ground: #2c1614; --wrong-line: #6e2f28; --right: #6fd6a3; --right-ground: #12281e;
    --shadow: 0 1px 2px rgb(0 0 0 / .4), 0 12px 32px -8px rgb(0 0 0 / .6);
  }
}
*, ::before, ::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; min-height: 100vh; min-height: 100svh; padding: 1.5rem 1rem; display: flex; flex-direction: column;
  align-items: center; justify-content: center; gap: 1.25rem;
  background: var(--page); color: var(--text);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", sans-serif;
}
.brand { display: flex; align-items: center; gap: .625rem; max-width: 28rem; font-weight: 600; overflow-wrap: anywhere; }
.brand img { display: block; height: 1.75rem; max-width: 10rem; object-fit: contain; }
main {
  width: 100%; max-width: 28rem; padding: 2rem;
  background: var(--card); border: 1px solid var(--line); border-radius: 1rem; box-shadow: var(--shadow);
  overflow-wrap: anywhere;
}
.pair { display: flex; align-items: center; justify-content: center; gap: .75rem; margin-bottom: 1.25rem; }
.mark {
  position: relative; width: 3.5rem; height: 3.5rem; display: grid; place-items: center; overflow: hidden; flex: none;
  border: 1px solid var(--line); border-radius: .875rem; background: var(--quiet); color: var(--accent-text);
  font-size: 1.5rem; font-weight: 600; line-height: 1;
}
.mark img { position: absolute; inset: 0; width: 100%; height: 100%; padding: .5rem; object-fit: contain; background: #fff; }
.between { width: 2.5rem; height: 1.25rem; color: var(--field-line); }
.sign { width: 3.5rem; height: 3.5rem; display: grid; place-items: center; margin: 0 auto 1.25rem; border-radius: 50%; }
.sign svg { width: 1.75rem; height: 1.75rem; }
.sign.right { color: var(--right); background: var(--right-ground); }
.sign.wrong { color: var(--wrong); background: var(--wrong-ground); }
.sign.over { color: var(--soft); background: var(--quiet); }
h1 { margin: 0; font-size: 1.5rem; line-height: 1.25; letter-spacing: -.01em; text-align: center; text-wrap: balance; }
h2 { margin: 0; font-size: .875rem; font-weight: 600; }
p { margin: 0; }
.lead { margin-top: .75rem; color: var(--soft); text-align: center; text-wrap: pretty; }
.lead + .lead { margin-top: .5rem; }
.lead bdi { color: var(--text); font-weight: 500; }
.lead strong { color: var(--text); font-weight: 600; }
.facts { margin: 1.5rem 0 0; border: 1px solid var(--line); border-radius: .75rem; font-size: .875rem; }
.facts > div { display: flex; flex-wrap: wrap; gap: 0 1rem; padding: .625rem .875rem; }
.facts > div + div { border-top: 1px solid var(--line); }
.facts dt { color: var(--soft); }
.facts dd { margin: 0; margin-inline-start: auto; font-weight: 600; text-align: end; min-width: 0; }
.scopes { margin-top: 1.5rem; font-size: .875rem; }
.scopes ul { margin: .5rem 0 0; padding: 0; list-style: none; }
.scopes li { display: flex; gap: .625rem; padding: .25rem 0; }
.scopes li svg { flex: none; width: 1.125rem; height: 1.125rem; margin-top: .125rem; color: var(--accent-text); }
.scopes details ul { margin-top: 0; }
summary { width: fit-content; padding: .25rem 0; color: var(--accent-text); font-weight: 600; font-size: .875rem; cursor: pointer; border-radius: .25rem; }
form { margin: 1.5rem 0 0; display: grid; gap: 1.25rem; }
label { display: block; font-weight: 600; font-size: .9375rem; }
label .soft { font-weight: 400; }
.soft { color: var(--soft); }
.hint { margin-top: .125rem; color: var(--soft); font-size: .875rem; white-space: pre-line; }
.input { position: relative; margin-top: .375rem; }
input, textarea {
  display: block; width: 100%; min-height: 2.875rem; padding: .625rem .875rem;
  font: inherit; color: inherit; background: var(--field); border: 1px solid var(--field-line); border-radius: .625rem;
}
textarea { min-height: 9rem; resize: vertical; font: .8125rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
.has-toggle input { padding-inline-end: 6.5rem; }
.choose {
  min-height: 2rem; margin-top: .5rem; padding: .25rem .75rem; font: inherit; font-size: .8125rem; font-weight: 600; cursor: pointer;
  color: var(--accent-text); background: var(--quiet); border: 0; border-radius: .4375rem;
}
.toggle {
  position: absolute; inset-block: .3125rem; inset-inline-end: .3125rem; min-width: 3.5rem; max-width: 6rem; padding: 0 .625rem;
  font: inherit; font-size: .8125rem; font-weight: 600; cursor: pointer;
  color: var(--accent-text); background: var(--quiet); border: 0; border-radius: .4375rem;
}
[aria-invalid] { border: 2px solid var(--wrong); }
.wrong-text { display: flex; gap: .375rem; margin-top: .375rem; color: var(--wrong); font-size: .875rem; }
.wrong-text svg { flex: none; width: 1rem; height: 1rem; margin-top: .1875rem; }
.mistakes {
  margin-top: 1.5rem; padding: .875rem 1rem; border: 1px solid var(--wrong-line); border-radius: .75rem;
  background: var(--wrong-ground); font-size: .875rem;
}
.mistakes h2 { color: var(--wrong); }
.mistakes ul { margin: .25rem 0 0; padding-inline-start: 1.125rem; }
.mistakes li { padding: .125rem 0; }
.mistakes p { margin-top: .375rem; color: var(--soft); }
a { color: var(--accent-text); text-underline-offset: .15em; border-radius: .125rem; }
.mistakes a { color: inherit; font-weight: 600; }
.button {
  display: flex; align-items: center; justify-content: center; gap: .5rem; width: 100%; min-height: 2.875rem; padding: .625rem 1rem;
  font: inherit; font-weight: 600; text-align: center; text-decoration: none; cursor: pointer;
  color: var(--on-accent); background: var(--accent); border: 1px solid var(--accent-edge); border-radius: .625rem;
}
.button.second { margin-top: 1.5rem; }
[hidden] { display: none !important; }
.button:hover { box-shadow: 0 0 0 4px color-mix(in srgb, var(--accent-text) 18%, transparent); }
.button[aria-disabled=true] { cursor: default; box-shadow: none; }
.button.busy::before {
  content: ""; width: 1em; height: 1em; border: 2px solid; border-inline-end-color: transparent; border-radius: 50%;
}
input:focus-visible, textarea:focus-visible, .button:focus-visible, .toggle:focus-visible, .choose:focus-visible, a:focus-visible, summary:focus-visible,
.mistakes:focus-visible { outline: 3px solid var(--accent-text); outline-offset: 2px; }
.note { display: flex; gap: .5rem; margin-top: 1.25rem; color: var(--soft); font-size: .8125rem; line-height: 1.45; }
.note svg { flex: none; width: 1rem; height: 1rem; margin-top: .125rem; }
.expiry { max-width: 28rem; color: var(--soft); font-size: .8125rem; text-align: center; }
.expiry.over { color: var(--wrong); font-weight: 600; }
.number dd { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-weight: 400; font-size: .8125rem; }
.facts.stacked > div { display: block; }
.facts.stacked dd { margin: .125rem 0 0; text-align: start; font-weight: 400; }
.facts.stacked .number dd { font-size: .8125rem; }
.unseen { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (max-width: 30rem) {
  body { padding: 1rem .75rem 1.5rem; justify-content: flex-start; }
  main { padding: 1.5rem 1.25rem; }
  .brand { padding-top: .25rem; }
}
@media (prefers-reduced-motion: no-preference) {
  .button { transition: box-shadow .15s; }
  .button.busy::before { animation: turn .8s linear infinite; }
  @keyframes turn { to { rotate: 1turn; } }
}
@media (forced-colors: active) {
  .button, .toggle, .choose { border: 1px solid; }
}
`;
}

function variables({ fill, onFill, edge, text }: AccentColors): string {
  return `--accent: ${fill}; --on-accent: ${onFill}; --accent-edge: ${edge}; --accent-text: ${text};`;
}
