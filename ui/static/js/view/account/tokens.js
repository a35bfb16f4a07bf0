// @ts-check
/** My tokens: what lets programs act for me. */
import { html } from '../../core/html.js';
import { exactTime, longDate } from '../../core/dates.js';
import { agoWords } from '../../core/spans.js';
import { openDialog } from '../../dialogs/dialog.js';
import { Failed, Waiting } from '../../dialogs/listing.js';
import { myTokens, revokeToken } from '../../state/integrations.js';
import { toast, toastProblem } from '../../state/notices.js';
import { Icon } from '../icon.js';
import { useLoaded } from '../loaded.js';
import { ScopeList } from '../scopes.js';

/** @typedef {import('../../state/integrations.js').Token} Token */

export function TokensSection() {
  const { found, problem, load } = useLoaded(myTokens);
  return html`
    <div class="integrations">
      <section aria-label="Tokens">
        <header class="integrations-head">
          <h2>Your tokens</h2>
          <button type="button" class="button primary" onClick=${() => openDialog('token', { onMade: load })}><${Icon} name="plus" />New token</button>
          <p>A token lets a program act for you, within its scopes and never beyond what you may do. The <a href="/docs">documentation</a> shows how.</p>
        </header>
        ${problem && !found ? html`<${Failed} problem=${problem} onRetry=${load} />` : !found ? html`<${Waiting} />` : html`<${Tokens} tokens=${found} changed=${load} />`}
      </section>
    </div>
  `;
}

/** @param {{tokens: Token[], changed: () => void}} props */
function Tokens({ tokens, changed }) {
  if (!tokens.length) return html`<p class="operations-none"><${Icon} name="check" />No program acts for you.</p>`;
  return html`<ul class="integration-list">${tokens.map((token) => html`<li key=${token.id}><${OneToken} token=${token} changed=${changed} /></li>`)}</ul>`;
}

/** @param {{token: Token, changed: () => void}} props */
function OneToken({ token: { id, name, scopes, expires_at: ends, address, ...token }, changed }) {
  const revoke = () => revokeToken(id).then(() => (toast(`The token ${name} is revoked.`), changed()), toastProblem);
  const ask = () => openDialog('confirm-action', { label: `Revoke ${name}`, question: 'Programs that use it are cut off at once.', danger: true, onConfirm: revoke });
  return html`
    <article class="integration" aria-label=${name}>
      <span class="integration-mark"><${Icon} name="lock" /></span>
      <div>
        <h3>${name}</h3>
        <p><${Used} at=${token.last_used_at} address=${address} />${ends && html` · ends ${longDate(ends)}`}</p>
      </div>
      <div class="integration-deeds"><button type="button" class="button" onClick=${ask}>Revoke<span class="visually-hidden"> ${name}</span></button></div>
      <div></div><${ScopeList} scopes=${scopes} />
    </article>
  `;
}

/** When something last let somebody in. @param {{at: string | null, address?: string}} props */
export const Used = ({ at, address = '' }) =>
  at ? html`<span>Last used <time datetime=${at} title=${exactTime(at)}>${agoWords(at)}</time>${address && ` from ${address}`}</span>` : html`<span>Never used</span>`;
