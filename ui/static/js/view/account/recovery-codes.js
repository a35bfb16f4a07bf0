// @ts-check
/** Recovery codes as they are shown this once: to copy, to keep as a file, and to say that one has them. */
import { html } from '../../core/html.js';
import { toast } from '../../state/notices.js';
import { Icon } from '../icon.js';

/** @param {{codes: string[], done: () => void}} props */
export function RecoveryCodes({ codes, done }) {
  const text = `Recovery codes for Parlour at ${location.host}\nEach works once.\n\n${codes.join('\n')}\n`;
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    toast('The recovery codes are copied.');
  };
  return html`
    <section class="account-part recovery" aria-label="Your recovery codes" role="group">
      <h2>Keep your recovery codes</h2>
      <p class="account-words">With one of them you get in when your phone or passkey is not at hand. Each works once. They are shown only now: print them, or put them where you keep passwords.</p>
      <ol class="recovery-codes">${codes.map((code) => html`<li key=${code}><code>${code}</code></li>`)}</ol>
      <div class="recovery-actions">
        <button type="button" class="button" onClick=${copy}><${Icon} name="copy" />Copy</button>
        <a class="button" download="parlour-recovery-codes.txt" href=${`data:text/plain;charset=utf-8,${encodeURIComponent(text)}`}><${Icon} name="download" />Save as a file</a>
        <button type="button" class="button primary" onClick=${done}>I have kept them</button>
      </div>
    </section>
  `;
}
