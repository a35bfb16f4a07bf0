// @ts-check
/** Searching the workspace: the field, what narrows it, and what was found. */
import { html, useEffect, useRef, useState } from '../core/html.js';
import { counted } from '../core/words.js';
import { Failed, Waiting } from '../dialogs/listing.js';
import { toastProblem } from '../state/notices.js';
import { channels, titleOf } from '../state/store.js';
import { homeOf, workspace } from '../state/route.js';
import { ask, busy, focusAsked, forgetRecent, found, kind, loadRecent, more, problem, query, recent, remember, setKind, setQuery, setSort, sort } from '../state/search.js';
import { daysAgo, holds, operatorsOf, quoted, withoutOperator, withOperator } from '../state/search-words.js';
import { Place } from './gathered.js';
import { Icon } from './icon.js';
import { HitRow } from './search-hit.js';

const OPERATORS = [
  ['from:', 'from:@ada', 'whose it is; from:me is you'],
  ['in:', 'in:general', 'the channel, or in:@ada for your conversation'],
  ['before:', 'before:2024-05-17', 'older; also after: and on:, a month or a year'],
  ['has:', 'has:link', 'a link, file, reaction or pin'],
  ['kind:', 'kind:pdf', 'files of a kind: image, video, audio, pdf, document, text, archive'],
  ['is:', 'is:thread', 'in a thread; is:saved for what you saved'],
  ['"', '"exact phrase"', 'words side by side'],
  ['-', '-without', 'leaves a word or an operator out'],
];

export function SearchView() {
  useEffect(() => void loadRecent().catch(() => undefined), [workspace.value?.id]);
  return html`
    <${Place} title="Search" lead="Messages, channels, people and files">
      <div class="search" onKeyDown=${step}>
        <${Field} />
        <${Kinds} />
        <${Narrowing} />
        ${query.value.trim() ? html`<${Results} />` : html`<${Beginning} />`}
      </div>
    <//>
  `;
}

function Field() {
  const input = useRef(/** @type {any} */ (null));
  useEffect(() => {
    input.current.focus();
    input.current.select();
  }, [focusAsked.value]);
  const submit = (event) => {
    event.preventDefault();
    ask();
    remember();
  };
  return html`
    <form class="search-form" role="search" onSubmit=${submit}>
      <div class="search-field">
        <${Icon} name="search" />
        <input class="input" type="search" ref=${input} value=${query.value} aria-label="Search this workspace" aria-describedby="search-status"
          placeholder="Words, from:, in:, has:link, “a phrase”" autocomplete="off" spellcheck="false" enterkeyhint="search"
          onInput=${(event) => setQuery(event.currentTarget.value)} />
      </div>
    </form>
  `;
}

/** Whether messages, channels and people are looked for, or files. */
const Kinds = () => html`
  <fieldset class="segments search-kinds">
    <legend class="visually-hidden">Look for</legend>
    ${[['', 'Messages'], ['files', 'Files']].map(([value, label]) => html`
      <label key=${label}><input type="radio" name="search-kind" value=${value} checked=${kind.value === value} onChange=${() => setKind(/** @type {any} */ (value))} />${label}</label>`)}
  </fieldset>
`;

/** The operators in use as chips to take off, and the usual ones to put on. */
function Narrowing() {
  const q = query.value;
  const used = operatorsOf(q);
  const offered = offers().filter(({ operator }) => !holds(q, operator));
  const set = (words) => setQuery(words, { now: true });
  return html`
    <div class="search-narrow">
      <ul class="chips" aria-label="Filters">
        ${used.map((operator, at) => html`<li key=${`${operator} ${at}`}><button type="button" class="chip" data-on onClick=${() => set(withoutOperator(q, operator))}>${operator}<${Icon} name="close" /><span class="visually-hidden"> – take off</span></button></li>`)}
        ${offered.map(({ operator, label }) => html`<li key=${operator}><button type="button" class="chip" onClick=${() => set(withOperator(q, operator))}><span class="visually-hidden">Filter: </span>${label}</button></li>`)}
      </ul>
      <fieldset class="segments sorts">
        <legend class="visually-hidden">Order</legend>
        ${[['relevance', 'Best'], ['time', 'Newest']].map(([value, label]) => html`
          <label key=${value}><input type="radio" name="search-sort" value=${value} checked=${sort.value === value} onChange=${() => setSort(/** @type {any} */ (value))} />${label}</label>`)}
      </fieldset>
    </div>
  `;
}

/** @returns {{operator: string, label: string}[]} */
function offers() {
  const last = channels.value.get(homeOf(workspace.value?.id ?? '') ?? '')?.value;
  const here = last && last.kind !== 'direct' && last.name ? [{ operator: `in:${quoted(last.name)}`, label: `In ${titleOf(last)}` }] : [];
  return [
    { operator: 'from:me', label: 'From me' },
    ...here,
    { operator: `after:${daysAgo(8)}`, label: 'Last 7 days' },
    ...(kind.value === 'files' ? OF_FILES : OF_MESSAGES),
  ];
}

const OF_FILES = [
  { operator: 'kind:image', label: 'Images' },
  { operator: 'kind:pdf', label: 'PDFs' },
  { operator: 'kind:document', label: 'Documents' },
  { operator: 'kind:video', label: 'Videos' },
];
const OF_MESSAGES = [
  { operator: 'has:link', label: 'With a link' },
  { operator: 'has:file', label: 'With a file' },
  { operator: 'has:reaction', label: 'With reactions' },
  { operator: 'has:pin', label: 'Pinned' },
  { operator: 'is:thread', label: 'In threads' },
  { operator: 'is:saved', label: 'Saved' },
];

function Results() {
  const answer = found.value;
  if (problem.value) return html`<div class="search-problem"><${Status} words=${problem.value.message} /><${Failed} problem=${problem.value} onRetry=${problem.value.status === 422 ? undefined : ask} /></div>`;
  if (!answer) return html`<${Waiting} />`;
  return html`
    <${Status} words=${statusOf(answer)} />
    ${answer.unknown.length > 0 && html`<p class="search-note"><${Icon} name="alert" />Nobody and nothing here is called so: ${answer.unknown.join(', ')}</p>`}
    ${answer.items.length > 0 && html`<ul class="hits" aria-label="Found" aria-busy=${busy.value}>${answer.items.map((hit) => html`<${HitRow} key=${`${hit.type} ${hit.id}`} hit=${hit} />`)}</ul>`}
    ${!answer.items.length && !busy.value && html`<${Nothing} />`}
    ${answer.next && html`<${Further} found=${answer.items.length} />`}
  `;
}

const Status = ({ words }) => html`<p class="visually-hidden" role="status" id="search-status">${words}</p>`;

/** @param {import('../state/search.js').Found} answer */
function statusOf({ items, next }) {
  if (!items.length) return next ? 'Nothing found yet' : 'Nothing found';
  return `${counted(items.length, 'result')}${next ? ', and more' : ''}`;
}

const Nothing = () => html`
  <div class="empty">
    <${Icon} name="search" />
    <h2>Nothing found</h2>
    <p>${kind.value === 'files' ? 'No file in your channels has this in its name or text.' : 'No message, channel or person you can see matches.'} Fewer words or filters find more; a word finds the longer ones it begins.</p>
  </div>
`;

function Further({ found: held }) {
  const [waits, setWaits] = useState(false);
  const go = () => {
    setWaits(true);
    more().catch(toastProblem).finally(() => setWaits(false));
  };
  return html`<button type="button" class="button further" disabled=${waits} aria-busy=${waits ? 'true' : undefined} onClick=${go}>${held ? 'Show more' : 'Look further back'}</button>`;
}

/** Before anything is asked: what was searched for lately, and what one may write. */
const Beginning = () => html`
  ${recent.value.length > 0 && html`
    <section class="search-recent" aria-labelledby="recent-title">
      <header><h2 id="recent-title">Recent searches</h2><button type="button" class="text-button" onClick=${() => forgetRecent().catch(toastProblem)}>Clear all</button></header>
      <ul>
        ${recent.value.map(({ q }) => html`
          <li key=${q}>
            <button type="button" class="hit-open recent" data-hit onClick=${() => setQuery(q, { now: true })}><${Icon} name="clock" /><span>${q}</span></button>
            <button type="button" class="icon-button" aria-label=${`Forget ${q}`} onClick=${() => forgetRecent(q).catch(toastProblem)}><${Icon} name="close" /></button>
          </li>`)}
      </ul>
    </section>`}
  <section class="search-help" aria-labelledby="help-title">
    <h2 id="help-title">What you can write</h2>
    <dl>
      ${OPERATORS.map(([begin, example, meaning]) => html`
        <div key=${example}><dt><button type="button" class="chip" onClick=${() => (setQuery(`${query.peek()}${begin}`), (focusAsked.value += 1))}>${example}</button></dt><dd>${meaning}</dd></div>`)}
    </dl>
  </section>
`;

/** The arrow keys go through what was found, and back to the field. @param {KeyboardEvent} event */
function step(event) {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const box = /** @type {HTMLElement} */ (event.currentTarget);
  const field = /** @type {HTMLInputElement | null} */ (box.querySelector('input[type="search"]'));
  if (event.key === 'Escape' && event.target !== field) {
    event.preventDefault();
    field?.focus();
  }
  if (!by || event.isComposing || /** @type {HTMLElement} */ (event.target).matches('[type="radio"]')) return;
  const rows = [...box.querySelectorAll('[data-hit]')];
  const at = rows.indexOf(/** @type {Element} */ (event.target).closest('li')?.querySelector('[data-hit]') ?? box);
  event.preventDefault();
  if (at + by < 0) return field?.focus();
  const next = /** @type {HTMLElement | undefined} */ (rows[Math.min(at + by, rows.length - 1)]);
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
}
