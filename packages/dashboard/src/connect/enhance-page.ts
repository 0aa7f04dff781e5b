/**
 * What a connect page does in the browser when it may run scripts; without it, the page does its work just as well. Sent
 * to browsers as its source text, so that nothing outside of it can be used.
 */
export function enhancePage(): void {
  const form = document.querySelector('form');
  const state = document.querySelector('[data-state]');

  // What came back from a service is used up; it need not stay in the history.
  if (location.search !== '') history.replaceState(null, '', location.pathname);

  for (const image of document.querySelectorAll('img')) {
    const hide = () => image.remove();
    if (image.complete && image.naturalWidth === 0) hide();
    else image.addEventListener('error', hide);
  }

  for (const input of document.querySelectorAll<HTMLInputElement>('input[type=password]')) {
    const { show = '', hide = '', label = '' } = input.dataset;
    const toggle = document.createElement('button');
    toggle.type = 'button';
    toggle.className = 'toggle';
    toggle.textContent = show;
    toggle.setAttribute('aria-label', label);
    toggle.setAttribute('aria-pressed', 'false');
    toggle.setAttribute('aria-controls', input.id);
    toggle.addEventListener('click', () => {
      const isShown = input.type === 'text';
      input.type = isShown ? 'password' : 'text';
      toggle.textContent = isShown ? show : hide;
      toggle.setAttribute('aria-pressed', String(!isShown));
    });
    input.insertAdjacentElement('afterend', toggle);
    input.parentElement?.classList.add('has-toggle');
    // Password managers should not be offered a field of plain text.
    form?.addEventListener('submit', () => {
      input.type = 'password';
    });
  }

  for (const area of document.querySelectorAll<HTMLTextAreaElement>('textarea[data-file]')) {
    // It has no name: what is sent is the text.
    const picker = document.createElement('input');
    picker.type = 'file';
    picker.hidden = true;
    picker.addEventListener('change', async () => {
      const [file] = picker.files ?? [];
      // No key is that long, and a text area of a film would stop the browser.
      if (file && file.size < 65_536) area.value = await file.text();
      area.focus();
    });
    const choose = document.createElement('button');
    choose.type = 'button';
    choose.className = 'choose';
    choose.textContent = area.dataset.file ?? '';
    choose.addEventListener('click', () => picker.click());
    area.after(picker, choose);
  }

  // Links to fields give them the focus, and leave the address, which goes on through redirects, as it is.
  for (const link of document.querySelectorAll<HTMLAnchorElement>('.mistakes a')) {
    link.addEventListener('click', (event) => {
      event.preventDefault();
      document.getElementById(link.hash.slice(1))?.focus();
    });
  }

  const submit = form?.querySelector<HTMLButtonElement>('button[type=submit]');
  if (form && submit) {
    const caption = submit.querySelector('span') ?? submit;
    const text = caption.textContent;
    const settle = (isBusy: boolean) => {
      submit.classList.toggle('busy', isBusy);
      submit.setAttribute('aria-disabled', String(isBusy));
      caption.textContent = isBusy ? (submit.dataset.busy ?? text) : text;
      if (isBusy && state) state.textContent = caption.textContent;
    };
    form.addEventListener('submit', (event) => {
      if (submit.getAttribute('aria-disabled') === 'true') event.preventDefault();
      else settle(true);
    });
    // Back from the next page, the browser may show this one as it was left.
    addEventListener('pageshow', (event) => {
      if (event.persisted) settle(false);
    });
  }

  const expiry = document.querySelector<HTMLElement>('[data-seconds]');
  if (expiry) {
    const { seconds = '0', template = '', over = '' } = expiry.dataset;
    const end = performance.now() + Number(seconds) * 1000;
    const format = new Intl.NumberFormat(document.documentElement.lang, {
      style: 'unit',
      unit: 'minute',
      unitDisplay: 'long',
    });
    const timer = setInterval(() => {
      const left = end - performance.now();
      if (left > 0) {
        expiry.textContent = template.replace('{time}', format.format(Math.max(1, Math.round(left / 60_000))));
        return;
      }
      clearInterval(timer);
      expiry.textContent = over;
      expiry.classList.add('over');
      if (state) state.textContent = over;
      submit?.setAttribute('aria-disabled', 'true');
    }, 1000);
  }

  // Only a window that a page opened may close itself.
  const close = document.querySelector<HTMLButtonElement>('[data-close]');
  if (close && window.opener !== null) {
    close.hidden = false;
    close.addEventListener('click', () => window.close());
  }
}
