// @ts-check
import { html, useEffect, useRef, useState } from '../core/html.js';
import { longDate } from '../core/dates.js';
import { makeInvite } from '../state/actions.js';
import { announce } from '../state/notices.js';
import { workspace } from '../state/route.js';
import { Icon } from '../view/icon.js';
import { Dialog } from './dialog.js';
import { Failed } from './listing.js';

/** A link that lets people in. */
export function Invite() {
  const [invite, setInvite] = useState(/** @type {any} */ (null));
  const [problem, setProblem] = useState(/** @type {any} */ (null));
  const make = () => {
    setProblem(null);
    makeInvite().then(setInvite, setProblem);
  };
  useEffect(make, []);
  return html`
    <${Dialog} title=${`Invite people to ${workspace.value?.name}`} lead="Send this link to whom you want here. They sign up and are in.">
      ${problem && html`<${Failed} problem=${problem} onRetry=${make} />`}
      ${!invite && !problem && html`<div class="skeleton invite-wait" role="status"><span class="visually-hidden">Making a link</span></div>`}
      ${invite && html`<${Link} invite=${invite} />`}
    <//>
  `;
}

function Link({ invite }) {
  const field = useRef(/** @type {any} */ (null));
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    field.current.select();
    // Plain http addresses have no clipboard: the link is then selected, ready for the keyboard.
    await navigator.clipboard?.writeText(invite.url).catch(() => undefined);
    setCopied(Boolean(navigator.clipboard));
    announce(navigator.clipboard ? 'Link copied' : 'Link selected');
  };
  return html`
    <div class="field">
      <label for="invite-link">Invitation link</label>
      <div class="copy-row">
        <input class="input" id="invite-link" ref=${field} readonly value=${invite.url} onFocus=${(event) => event.currentTarget.select()} />
        <button type="button" class="button primary" onClick=${copy}><${Icon} name=${copied ? 'check' : 'copy'} />${copied ? 'Copied' : 'Copy'}</button>
      </div>
      <p class="hint">Works until ${longDate(invite.expires_at)}.</p>
    </div>
  `;
}
