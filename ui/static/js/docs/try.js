// @ts-check
/** Calls an operation from the page, as whom is signed in in this browser. */
import { html, useId, useState } from '../core/html.js';
import { newId } from '../core/ids.js';
import { accessToken, me } from '../net/session.js';
import { exampleOf } from './schema.js';

/** @param {{spec: any, operation: any}} props */
export function Try({ spec, operation }) {
  const [answer, setAnswer] = useState(/** @type {any} */ (null));
  const [busy, setBusy] = useState(false);
  const submit = async (event) => {
    event.preventDefault();
    setBusy(true);
    setAnswer(await sent(operation, new FormData(event.currentTarget)).catch((problem) => ({ status: '', text: problem.message })));
    setBusy(false);
  };
  const body = operation.requestBody?.content?.['application/json']?.schema;
  return html`
    <form class="try" onSubmit=${submit}>
      ${operation.security?.length > 0 && html`<p class="hint">${me.value ? `Called as ${me.value.name}.` : html`<a href="/sign-in?next=/docs">Sign in</a> to call this.`}</p>`}
      ${(operation.parameters ?? []).map((parameter) => html`<${Parameter} key=${parameter.name} parameter=${parameter} />`)}
      ${body && html`<${Body} example=${JSON.stringify(exampleOf(spec, body), null, 2)} />`}
      <button type="submit" class="button primary" disabled=${busy} aria-busy=${busy ? 'true' : undefined}>Send</button>
      <div role="status">${answer && html`<${Answer} answer=${answer} />`}</div>
    </form>
  `;
}

function Parameter({ parameter: { name, in: where, required } }) {
  const id = useId();
  const value = name === 'Idempotency-Key' ? newId() : '';
  return html`<div class="field"><label for=${id}><code>${name}</code> <span class="optional">${where}${required ? '' : ', optional'}</span></label>
    <input class="input" id=${id} name="${where} ${name}" required=${required} defaultValue=${value} autocomplete="off" spellcheck=${false} /></div>`;
}

function Body({ example }) {
  const id = useId();
  return html`<div class="field"><label for=${id}>Body</label><textarea class="input" id=${id} name="body" rows=${example.split('\n').length + 1} defaultValue=${example} spellcheck=${false} /></div>`;
}

const Answer = ({ answer: { status, text } }) => html`<p class="try-status" data-ok=${String(status).startsWith('2') || undefined}>${status || 'No answer'}</p><pre tabindex="0" aria-label="Answer"><code>${text}</code></pre>`;

/** @param {any} operation @param {FormData} form */
async function sent({ method, path, security }, form) {
  const given = [...form].filter(([key, value]) => key !== 'body' && value !== '').map(([key, value]) => [...key.split(' '), String(value)]);
  const of = (/** @type {string} */ place) => given.filter(([where]) => where === place).map(([, name, value]) => [name, value]);
  const address = of('path').reduce((filled, [name, value]) => filled.replace(`{${name}}`, encodeURIComponent(value)), path);
  const headers = new Headers(/** @type {any} */ (of('header')));
  if (security?.length && me.value) headers.set('Authorization', `Bearer ${await accessToken()}`);
  if (form.has('body')) headers.set('Content-Type', 'application/json');
  const query = new URLSearchParams(/** @type {any} */ (of('query'))).toString();
  const answer = await fetch(address + (query && `?${query}`), { method, headers, body: form.get('body') });
  return { status: `${answer.status} ${answer.statusText}`, text: readable(await answer.text()) };
}

/** @param {string} text */
function readable(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text || '(empty)';
  }
}
