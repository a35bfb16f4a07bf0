// @ts-check
import { html, useState } from '../core/html.js';
import { openDialog } from '../dialogs/dialog.js';
import { Listing } from '../dialogs/listing.js';
import { me } from '../net/session.js';
import { openDirect, removeMember } from '../state/actions.js';
import { loadMembers, memberName, membersOf, moreMembers } from '../state/members.js';
import { toastProblem } from '../state/notices.js';
import { AvatarWithPresence, presenceWord } from './avatar.js';
import { Icon } from './icon.js';
import { PersonMarks } from './person.js';
import { Menu, MenuItem } from './popover.js';
import { PersonButton } from './profile-card.js';
import { may } from '../state/rights.js';

/** Who belongs to the channel. @param {{channel: import('../state/store.js').Channel, onClose: () => void}} props */
export function Members({ channel, onClose }) {
  const members = membersOf(channel.id).value;
  const escape = (event) => event.key === 'Escape' && !event.target.closest('.menu') && (event.stopPropagation(), onClose());
  return html`
    <aside class="panel" aria-label="Members" onKeyDown=${escape}>
      <header class="panel-head">
        <h2>Members</h2>
        <button type="button" class="icon-button" aria-label="Close members" onClick=${onClose}><${Icon} name="close" /></button>
      </header>
      <button type="button" class="button wide" onClick=${() => openDialog('add-people', { channel })}><${Icon} name="addPerson" />Add people</button>
      <${Listing} label="Members" items=${members?.problem ? null : members?.items} problem=${members?.problem} onRetry=${() => loadMembers(channel.id)}
        empty="Nobody is here." row=${(member) => html`<${Row} member=${member} channel=${channel} />`} />
      ${members?.next && html`<${More} channelId=${channel.id} />`}
    </aside>
  `;
}

function Row({ member, channel }) {
  const { user_id: id } = member;
  const name = memberName(member);
  const self = id === me.value?.id;
  const mayRemove = channel.created_by === me.value?.id || may('channel.manage');
  return html`
    <${AvatarWithPresence} userId=${id} name=${name} />
    <span class="listing-text"><b><${PersonButton} userId=${id}>${name}${self && ' (you)'}<//><${PersonMarks} userId=${id} /></b><small>${presenceWord(id)}</small></span>
    ${!self && html`
      <${Menu} class="icon-button" place="below end" label=${`${name}, actions`} button=${html`<${Icon} name="more" />`}>
        <${MenuItem} icon=${html`<${Icon} name="message" />`} onClick=${() => openDirect(id).catch(toastProblem)}>Message<//>
        ${mayRemove && html`<${MenuItem} icon=${html`<${Icon} name="close" />`} danger onClick=${() => removeMember(channel.id, id).catch(toastProblem)}>Remove from ${channel.name}<//>`}
      <//>`}
  `;
}

function More({ channelId }) {
  const [busy, setBusy] = useState(false);
  const more = () => {
    setBusy(true);
    moreMembers(channelId).catch(toastProblem).finally(() => setBusy(false));
  };
  return html`<button type="button" class="button wide" disabled=${busy} aria-busy=${busy ? 'true' : undefined} onClick=${more}>Show more</button>`;
}
