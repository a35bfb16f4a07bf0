// @ts-check
/** One thing that was found: a message with what is around it, a channel, a person, or a file. */
import { html, useState } from '../core/html.js';
import { dayName, exactTime, timeOf } from '../core/dates.js';
import { besides, saidIn } from '../core/said.js';
import { piecesOf } from '../core/marked.js';
import { counted } from '../core/words.js';
import { join, openDirect } from '../state/actions.js';
import { toastProblem } from '../state/notices.js';
import { download, factsOf, iconOf } from '../state/file-actions.js';
import { openChannel, openMessage } from '../state/route.js';
import { contextOf, remember } from '../state/search.js';
import { channels, nameOf, titleOf } from '../state/store.js';
import { showThread } from '../state/threads.js';
import { Avatar, AvatarWithPresence } from './avatar.js';
import { Line } from './gathered.js';
import { Icon } from './icon.js';
import { previewOf } from './picture.js';

/** @param {{hit: import('../state/search.js').Hit}} props */
export const HitRow = ({ hit }) => html`<li class="hit" data-type=${hit.type}><${ROWS[hit.type]} hit=${hit} /></li>`;

/** A highlight of the API, as elements. @param {{highlight: string}} props */
export const Marked = ({ highlight }) => piecesOf(highlight).map(({ text, hit }) => (hit ? html`<mark>${text}</mark>` : text));

function MessageRow({ hit: { message, highlight } }) {
  const [around, setAround] = useState(/** @type {any[] | null} */ (null));
  const channel = channels.value.get(message.channel_id)?.value;
  const mine = Boolean(channel);
  const look = async () => setAround(around ? null : await contextOf(message.id));
  return html`
    <button type="button" class="hit-open" data-hit onClick=${() => open(message).catch(toastProblem)}>
      <${Avatar} userId=${message.author_id} name=${nameOf(message.author_id)} />
      <span class="hit-text">
        <span class="hit-head">
          <b>${nameOf(message.author_id)}</b>
          <span class="hit-where">${channel ? `${channel.kind === 'direct' ? '' : '#'}${titleOf(channel)}` : 'a channel you are not in'}${message.thread_root_id ? ' · thread' : ''}</span>
          <time datetime=${message.created_at} title=${exactTime(message.created_at)}>${dayName(message.created_at)} ${timeOf(message.created_at)}</time>
        </span>
        <span class="hit-words">${highlight ? html`<${Marked} highlight=${highlight} />` : saidIn(message)}</span>
        ${besides(message) && html`<span class="hit-note">${besides(message)}</span>`}
        ${!mine && html`<span class="hit-note">Opening it joins the channel.</span>`}
      </span>
    </button>
    <button type="button" class="text-button hit-around" aria-expanded=${Boolean(around)} onClick=${() => look().catch(toastProblem)}>${around ? 'Hide what is around it' : 'Show what is around it'}</button>
    ${around && html`<div class="hit-context">${around.map((near) => html`<div key=${near.id} data-here=${near.id === message.id || undefined}><${Line} message=${near} /></div>`)}</div>`}
  `;
}

/** Opens a message where it stands, and its thread beside it; joins the channel first if need be. */
async function open(message) {
  remember();
  if (!channels.peek().has(message.channel_id)) await join(message.channel_id);
  const inThread = message.kind === 'message.replied';
  openMessage({ id: inThread ? message.thread_root_id : message.id, channel_id: message.channel_id });
  if (inThread) showThread(message.thread_root_id, message.channel_id);
}

function ChannelRow({ hit: { channel, highlight } }) {
  const go = async () => {
    remember();
    if (channel.member) openChannel(channel.id);
    else await join(channel.id);
  };
  return html`
    <button type="button" class="hit-open" data-hit onClick=${() => go().catch(toastProblem)}>
      <span class="listing-icon"><${Icon} name=${channel.kind === 'private' ? 'lock' : 'hash'} /></span>
      <span class="hit-text">
        <b><${Marked} highlight=${highlight} /></b>
        <span class="hit-note">Channel · ${counted(channel.member_count ?? 0, 'member')}${channel.member ? '' : ' · join'}${channel.topic ? ` · ${channel.topic}` : ''}</span>
      </span>
    </button>
  `;
}

function PersonRow({ hit: { id, handle, highlight } }) {
  const go = () => {
    remember();
    openDirect(id).catch(toastProblem);
  };
  return html`
    <button type="button" class="hit-open" data-hit onClick=${go}>
      <${AvatarWithPresence} userId=${id} />
      <span class="hit-text"><b><${Marked} highlight=${highlight} /></b><span class="hit-note">@${handle} · start a conversation</span></span>
    </button>
  `;
}

function FileRow({ hit: { file, channel_id: channelId, message_id: messageId, highlight, excerpt } }) {
  const channel = channels.value.get(channelId)?.value;
  const thumb = previewOf(file, 'thumb');
  const go = () => {
    remember();
    openMessage({ id: messageId, channel_id: channelId });
  };
  return html`
    <button type="button" class="hit-open" data-hit onClick=${go}>
      <span class="listing-icon hit-file">${thumb ? html`<img src=${thumb.url} alt="" width="36" height="36" loading="lazy" />` : html`<${Icon} name=${iconOf(file)} />`}</span>
      <span class="hit-text">
        <span class="hit-head">
          <b class="hit-name"><${Marked} highlight=${highlight} /></b>
          <time datetime=${file.created_at} title=${exactTime(file.created_at)}>${dayName(file.created_at)} ${timeOf(file.created_at)}</time>
        </span>
        ${excerpt && html`<span class="hit-words"><${Marked} highlight=${excerpt} /></span>`}
        <span class="hit-note">${factsOf(file)} · ${nameOf(file.uploader_id)}${channel ? ` · ${channel.kind === 'direct' ? '' : '#'}${titleOf(channel)}` : ''}</span>
      </span>
    </button>
    <button type="button" class="text-button hit-around" aria-label=${`Download ${file.name}`} onClick=${() => download(file)}>Download</button>
  `;
}

const ROWS = { message: MessageRow, channel: ChannelRow, person: PersonRow, file: FileRow };
