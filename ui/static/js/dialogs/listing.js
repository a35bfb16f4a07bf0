// @ts-check
/** Lists in dialogs and panels: loading, failed, empty, or rows. */
import { html, useId, useState } from '../core/html.js';
import { Icon } from '../view/icon.js';

/** @param {{label: string, value: string, onInput: (words: string) => void}} props */
export function SearchField({ label, value, onInput }) {
  const id = useId();
  return html`
    <div class="search-field">
      <label class="visually-hidden" for=${id}>${label}</label>
      <${Icon} name="search" />
      <input class="input" id=${id} type="search" autocomplete="off" placeholder=${label} autofocus value=${value} onInput=${(event) => onInput(event.currentTarget.value)} />
    </div>
  `;
}

/** @param {{label: string, items: any[] | null | undefined, problem?: Error | null, onRetry?: () => void, empty: any, row: (item: any) => any, keyOf?: (item: any) => string}} props */
export function Listing({ label, items, problem = null, onRetry, empty, row, keyOf = (item) => item.id ?? item.user_id }) {
  if (problem) return html`<${Failed} problem=${problem} onRetry=${onRetry} />`;
  if (!items) return html`<${Waiting} />`;
  if (!items.length) return html`<p class="listing-empty">${empty}</p>`;
  return html`<ul class="listing" aria-label=${label}>${items.map((item) => html`<li key=${keyOf(item)}>${row(item)}</li>`)}</ul>`;
}

/** @param {{problem: Error, onRetry?: () => void}} props */
export const Failed = ({ problem, onRetry }) => html`
  <div class="listing-empty" role="alert">
    <p>${problem.message}</p>
    ${onRetry && html`<button type="button" class="button" onClick=${onRetry}><${Icon} name="retry" />Try again</button>`}
  </div>
`;

export const Waiting = () => html`
  <div class="listing-wait" role="status"><span class="visually-hidden">Loading</span>${[0, 1, 2, 3].map((row) => html`<div class="skeleton" key=${row} />`)}</div>
`;

/** A button's work: busy while it runs. @param {() => Promise<void>} work @param {(problem: Error) => void} failed */
export function useChosen(work, failed) {
  const [busy, setBusy] = useState(false);
  const choose = async () => {
    setBusy(true);
    await work().catch(failed);
    setBusy(false);
  };
  return { busy, choose };
}
