// @ts-check
/** What I can say of myself, in the account menu. */
import { html } from '../core/html.js';
import { untilWords } from '../core/spans.js';
import { openDialog } from '../dialogs/dialog.js';
import { me } from '../net/session.js';
import { clearStatus, endDnd, setAway } from '../state/myself.js';
import { toastProblem } from '../state/notices.js';
import { openPlace, workspace } from '../state/route.js';
import { Icon } from './icon.js';
import { statusWords } from './person.js';
import { MenuItem } from './popover.js';

export function MyMenuItems() {
  const { status, dnd_until: quiet, set_away: away } = me.value ?? {};
  const icon = (/** @type {string} */ name) => html`<${Icon} name=${name} />`;
  return html`
    <${MenuItem} icon=${icon('smile')} onClick=${() => openDialog('status')}>${status ? statusWords(status) : 'Set a status'}<//>
    ${status && html`<${MenuItem} icon=${icon('close')} onClick=${() => clearStatus().catch(toastProblem)}>Clear status<//>`}
    <${MenuItem} icon=${icon('moon')} onClick=${() => openDialog('dnd')}>${quiet ? `Do not disturb until ${untilWords(quiet)}` : 'Do not disturb'}<//>
    ${quiet && html`<${MenuItem} icon=${icon('close')} onClick=${() => endDnd().catch(toastProblem)}>End do not disturb<//>`}
    <${MenuItem} icon=${icon('clock')} onClick=${() => setAway(!away).catch(toastProblem)}>${away ? 'Show yourself as active' : 'Set yourself away'}<//>
    <${MenuItem} icon=${icon('person')} onClick=${() => openDialog('profile')}>Profile<//>
    ${workspace.value && html`<${MenuItem} icon=${icon('lock')} onClick=${() => openPlace('account')}>Account and security<//>`}
  `;
}
