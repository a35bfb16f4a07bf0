// @ts-check
import { html } from '../core/html.js';
import { call } from '../net/http.js';
import { openMessage } from '../state/route.js';
import { closeDialog, Dialog } from './dialog.js';
import { Field, formError, Submit, useForm } from './form.js';

/** Opens a channel at a day. @param {{channelId: string, day: string}} props `day` is what to begin with, YYYY-MM-DD */
export function JumpToDate({ channelId, day }) {
  const { busy, problem, onSubmit } = useForm(async ({ date }) => {
    const at = new Date(`${date}T00:00`).toISOString();
    const { items: [first] } = await call('GET', `/channels/${channelId}/messages?limit=1&at=${encodeURIComponent(at)}`);
    if (!first) throw new Error('Nothing was said on that day or later.');
    closeDialog();
    openMessage(first);
  });
  return html`
    <${Dialog} title="Jump to a day">
      <form class="form" onSubmit=${onSubmit}>
        <p class="form-error" role="alert">${formError(problem, [])}</p>
        <${Field} name="date" label="Day" type="date" required defaultValue=${day} max=${today()} problem=${problem} />
        <div class="form-actions"><${Submit} busy=${busy}>Jump<//></div>
      </form>
    <//>
  `;
}

/** The local day, YYYY-MM-DD. */
const today = () => new Date(Date.now() - new Date().getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
