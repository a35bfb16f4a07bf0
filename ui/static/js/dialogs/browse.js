// @ts-check
import { html, useEffect, useState } from '../core/html.js';
import { counted } from '../core/words.js';
import { browse, join } from '../state/actions.js';
import { toastProblem } from '../state/notices.js';
import { openChannel } from '../state/route.js';
import { Icon } from '../view/icon.js';
import { closeDialog, Dialog, openDialog } from './dialog.js';
import { Listing, SearchField, useChosen } from './listing.js';

/** Every channel one may see, to open or to join. */
export function BrowseChannels() {
  const { items, problem, load } = useLoaded(browse);
  const [words, setWords] = useState('');
  const found = items?.filter(({ kind, name }) => kind !== 'direct' && name.toLowerCase().includes(words.toLowerCase().trim()));
  return html`
    <${Dialog} title="Channels" class="tall" lead="Open to everyone here, and the private ones you belong to.">
      <${SearchField} label="Find a channel" value=${words} onInput=${setWords} />
      <${Listing} label="Channels" items=${found} problem=${problem} onRetry=${load}
        empty=${words ? `No channel matches “${words}”.` : 'No channels yet.'}
        row=${(channel) => html`<${ChannelRow} channel=${channel} />`} />
      <footer class="dialog-foot"><button type="button" class="button" onClick=${() => openDialog('create-channel')}><${Icon} name="plus" />Create a channel</button></footer>
    <//>
  `;
}

function ChannelRow({ channel }) {
  const { busy, choose } = useChosen(async () => {
    if (channel.member) openChannel(channel.id);
    else await join(channel.id);
    closeDialog();
  }, toastProblem);
  return html`
    <span class="listing-icon"><${Icon} name=${channel.kind === 'private' ? 'lock' : 'hash'} /></span>
    <span class="listing-text"><b>${channel.name}</b><small>${counted(channel.member_count ?? 0, 'member')}${channel.member && ' · joined'}</small></span>
    <button type="button" class="button" disabled=${busy} aria-busy=${busy ? 'true' : undefined} onClick=${choose}>
      ${channel.member ? 'Open' : 'Join'}<span class="visually-hidden"> ${channel.name}</span>
    </button>
  `;
}

/** @param {() => Promise<any[]>} fetchItems */
function useLoaded(fetchItems) {
  const [items, setItems] = useState(/** @type {any[] | null} */ (null));
  const [problem, setProblem] = useState(null);
  const load = () => {
    setProblem(null);
    fetchItems().then(setItems, setProblem);
  };
  useEffect(load, []);
  return { items, problem, load };
}
