/** Style of the connect pages: one column, the reader's own light or dark, from 320 CSS pixels of width on. */
export const connectStyle = `
:root {
  color-scheme: light dark;
  --page: #f5f5f4; --card: #fff; --line: #d6d3d1; --text: #1c1917; --soft: #57534e;
  --accent: #1d4ed8; --on-accent: #fff; --wrong: #b91c1c; --wrong-page: #fef2f2; --field: #fff; --field-line: #78716c;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0c0a09; --card: #1c1917; --line: #44403c; --text: #fafaf9; --soft: #b8b2ac;
    --accent: #93c5fd; --on-accent: #0c0a09; --wrong: #fca5a5; --wrong-page: #3b1212; --field: #0c0a09; --field-line: #a8a29e;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; min-height: 100vh; min-height: 100svh; padding: 1rem; display: grid; place-items: center;
  background: var(--page); color: var(--text);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
}
main {
  width: 100%; max-width: 26rem; padding: clamp(1.25rem, 5vw, 2rem);
  background: var(--card); border: 1px solid var(--line); border-radius: 0.75rem; overflow-wrap: anywhere;
}
.mark {
  width: 2.75rem; height: 2.75rem; display: grid; place-items: center; margin-bottom: 1rem;
  border-radius: 0.6rem; border: 1px solid var(--line); font-size: 1.25rem; font-weight: 600;
}
h1 { margin: 0; font-size: 1.375rem; line-height: 1.25; }
p { margin: 0.5rem 0 0; }
.soft { color: var(--soft); font-size: 0.875rem; }
form { margin: 1.5rem 0 1.25rem; display: grid; gap: 1.125rem; }
label { display: block; font-weight: 600; }
label .soft { font-weight: 400; }
.field > * + * { margin-top: 0.25rem; }
input {
  display: block; width: 100%; min-height: 2.75rem; padding: 0.5rem 0.75rem;
  font: inherit; color: inherit; background: var(--field);
  border: 1px solid var(--field-line); border-radius: 0.5rem;
}
input[aria-invalid] { border-color: var(--wrong); border-width: 2px; }
.wrong { color: var(--wrong); font-size: 0.875rem; }
.wrong::first-letter { text-transform: uppercase; }
.mistakes { margin-top: 1.25rem; padding: 0.75rem 1rem; border: 1px solid var(--wrong); border-radius: 0.5rem; background: var(--wrong-page); }
.mistakes p { margin: 0; }
.mistakes ul { margin: 0.25rem 0; padding-left: 1.25rem; }
.mistakes a { color: inherit; }
button {
  min-height: 2.75rem; padding: 0.5rem 1rem; font: inherit; font-weight: 600; cursor: pointer;
  color: var(--on-accent); background: var(--accent); border: 1px solid transparent; border-radius: 0.5rem;
}
input:focus-visible, button:focus-visible, a:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.number { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: 0.875rem; }
`;
