// @ts-check
/** A secret that was just made: to be copied now, since nobody can see it again. */
import { html, useRef, useState } from '../core/html.js';
import { announce } from '../state/notices.js';
import { Icon } from '../view/icon.js';
import { closeDialog, Dialog } from './dialog.js';

/** @param {{title: string, lead: string, secret: string, label?: string, example?: string}} props */
export function Secret({ title, lead, secret, label = 'Token', example = '' }) {
  const field = useRef(/** @type {any} */ (null));
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    field.current.select();
    // Plain http addresses have no clipboard: the secret is then selected, ready for the keyboard.
    await navigator.clipboard?.writeText(secret).catch(() => undefined);
    setCopied(Boolean(navigator.clipboard));
    announce(navigator.clipboard ? 'Copied' : 'Selected');
  };
  return html`
    <${Dialog} title=${title} lead=${lead}>
      <div class="field">
        <label for="made-secret">${label}</label>
        <div class="copy-row">
          <input class="input secret-field" id="made-secret" ref=${field} readonly spellcheck="false" value=${secret} onFocus=${(event) => event.currentTarget.select()} />
          <button type="button" class="button primary" onClick=${copy}><${Icon} name=${copied ? 'check' : 'copy'} />${copied ? 'Copied' : 'Copy'}</button>
        </div>
        <p class="hint"><b>It is shown this once.</b> Keep it as you keep a password.</p>
      </div>
      ${example && html`<pre class="secret-example" tabindex="0" aria-label="Example"><code>${example}</code></pre>`}
      <div class="form-actions"><button type="button" class="button" onClick=${closeDialog}>I have kept it</button></div>
    <//>
  `;
}
