// @ts-check
import { html, useEffect, useRef, useState } from '../core/html.js';
import { counted } from '../core/words.js';
import { browse, join } from '../state/actions.js';
import { toastProblem } from '../state/notices.js';
import { openChannel } from '../state/route.js';
import { Icon } from '../view/icon.js';
import { closeDialog, Dialog, openDialog } from './dialog.js';
import { Listing, SearchField, useChosen } from './listing.js';

const SETTLE_MS = 200;
const SORTS = [['name', 'By name'], ['activity', 'Last active first'], ['members', 'Most members first'], ['created', 'Oldest first']];

/** Every channel one may see, to open or to join. */
export function BrowseChannels() {
  const [q, setQ] = useState('');
  const [sort, setSort] = useState('name');
  const [archived, setArchived] = useState(false);
  const { items, next, problem, load, more } = useFound({ q, sort, archived: String(archived) });
  return html`
    <${Dialog} title="Channels" class="tall" lead="Open to everyone here, and the private ones you belong to.">
      <${SearchField} label="Find a channel" value=${q} onInput=${setQ} />
      <div class="filters">
        <label><span class="visually-hidden">Order</span><select class="input" onChange=${(event) => setSort(event.currentTarget.value)}>
          ${SORTS.map(([value, words]) => html`<option key=${value} value=${value} selected=${value === sort}>${words}</option>`)}
        </select></label>
        <label class="check"><input type="checkbox" checked=${archived} onChange=${(event) => setArchived(event.currentTarget.checked)} />Archived</label>
      </div>
      <${Listing} label="Channels" items=${items?.filter(({ kind }) => kind === 'public' || kind === 'private')} problem=${problem} onRetry=${load}
        empty=${q ? `No ${archived ? 'archived ' : ''}channel matches “${q}”.` : `No ${archived ? 'archived ' : ''}channels.`}
        row=${(channel) => html`<${ChannelRow} channel=${channel} />`} />
      ${next && html`<button type="button" class="button wide" onClick=${() => more().catch(toastProblem)}>Show more</button>`}
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
  const facts = [counted(channel.member_count ?? 0, 'member'), channel.member && 'joined', channel.archived && 'archived', channel.purpose || channel.topic].filter(Boolean);
  return html`
    <span class="listing-icon"><${Icon} name=${channel.archived ? 'archive' : channel.kind === 'private' ? 'lock' : 'hash'} /></span>
    <span class="listing-text"><b>${channel.name}</b><small>${facts.join(' · ')}</small></span>
    <button type="button" class="button" disabled=${busy} aria-busy=${busy ? 'true' : undefined} onClick=${choose}>
      ${channel.member ? 'Open' : 'Join'}<span class="visually-hidden"> ${channel.name}</span>
    </button>
  `;
}

/** What the server finds, a page at a time; only the last question's answer counts. @param {{q: string, sort: string, archived: string}} wanted */
function useFound(wanted) {
  const [page, setPage] = useState(/** @type {{items: any[], next: string | null} | null} */ (null));
  const [problem, setProblem] = useState(/** @type {any} */ (null));
  const asked = useRef(0);
  const load = () => {
    const turn = (asked.current += 1);
    setProblem(null);
    browse(wanted).then((found) => turn === asked.current && setPage(found), (fault) => turn === asked.current && setProblem(fault));
  };
  const more = async () => {
    const turn = asked.current;
    const found = await browse({ ...wanted, cursor: page?.next ?? '' });
    if (turn === asked.current) setPage({ items: [...(page?.items ?? []), ...found.items], next: found.next });
  };
  const { q, sort, archived } = wanted;
  useEffect(() => {
    const timer = setTimeout(load, page ? SETTLE_MS : 0);
    return () => clearTimeout(timer);
  }, [q, sort, archived]);
  return { items: page?.items ?? null, next: page?.next, problem, load, more };
}
