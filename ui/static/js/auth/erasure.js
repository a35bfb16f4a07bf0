// @ts-check
/** The erasure of an account, to whoever holds its link: taken back while there is time, then the report. */
import { longDate } from '../core/dates.js';
import { counted } from '../core/words.js';
import { callAsStranger } from '../net/http.js';
import { onSubmit } from './form.js';
import { here, mailToken, showInstead } from './pages.js';

/** @typedef {{state: 'waiting' | 'taken_back' | 'erasing' | 'erased', begins_at: string, ended_at: string | null,
 *   erased: {what: string, count: number | null, done: boolean}[], kept: {what: string, why: string}[]}} Erasure */

const AGAIN_MS = 5_000;
const form = /** @type {HTMLFormElement} */ (document.querySelector('form'));
const path = `/erasures/${encodeURIComponent(here('ask').dataset.erasure ?? '')}?token=${encodeURIComponent(mailToken())}`;

async function look() {
  try {
    show(await callAsStranger('GET', path));
  } catch (problem) {
    if (problem.status === 404) showInstead('over');
    else here('lead').textContent = problem.message;
  }
}

/** @param {Erasure} erasure */
function show({ state, begins_at: begins, ended_at: ended, erased, kept }) {
  if (state === 'taken_back') return showInstead('done');
  const heading = { waiting: 'Your account will be erased', erasing: 'Your account is being erased', erased: 'Your account is erased' };
  const lead = {
    waiting: `On ${longDate(begins)}. Until then you can keep it.`,
    erasing: 'It is too late to take it back.',
    erased: `Since ${longDate(ended ?? begins)}. This page is all that tells of it.`,
  };
  here('heading').textContent = heading[state];
  here('lead').textContent = lead[state];
  form.hidden = state !== 'waiting';
  here('erased').replaceChildren(...erased.map(({ what, count, done }) => part(what, state === 'waiting' ? '' : !done ? 'still to come' : counted(count ?? 0, 'record'))));
  here('kept').replaceChildren(...kept.map(({ what, why }) => part(what, why)));
  here('report').hidden = false;
  if (state === 'erasing') setTimeout(look, AGAIN_MS);
}

/** @param {string} what @param {string} more */
function part(what, more) {
  const item = document.createElement('li');
  item.append(what);
  if (more) item.append(document.createElement('br'), Object.assign(document.createElement('small'), { textContent: more }));
  return item;
}

onSubmit(form, async () => {
  await callAsStranger('DELETE', path);
  here('report').hidden = true;
  showInstead('done');
});

look();
