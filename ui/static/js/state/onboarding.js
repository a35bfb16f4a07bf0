// @ts-check
/** Setting up a workspace, and a newcomer's first steps there: what the server says of both, and what one may do. */
import { effect, signal } from '@preact/signals-core';
import { on } from '../net/connection.js';
import { call } from '../net/http.js';
import { toastProblem } from './notices.js';
import { workspace } from './route.js';

/**
 * @typedef {{name: string, title: string, state: 'pending' | 'running' | 'done' | 'failed' | 'undone', words?: string, attempts?: number, error?: string}} Step
 * @typedef {{id: string, name: string, slug: string, template: string, state: 'running' | 'waiting' | 'undoing' | 'done' | 'undone', words: string, steps: Step[],
 *   invitations: number, updated_at: string, workflow?: any}} Onboarding
 * @typedef {{name: string, title: string, done_at?: string | null}} FirstStep
 * @typedef {{state: 'open' | 'done' | 'stopped' | 'none', steps: FirstStep[], channel_id: string | null}} Welcome
 * @typedef {{id: string, title: string, description: string, channels: {name: string, kind?: string}[], first_steps?: string[]}} Template
 */

/** @type {import('@preact/signals-core').Signal<Map<string, Onboarding>>} what I set up, by the workspace's id */
export const onboardings = signal(new Map());
/** @type {import('@preact/signals-core').Signal<Map<string, Welcome>>} my first steps, by the workspace's id */
export const welcomes = signal(new Map());

/** What goes on, or waits for me. */
const OPEN = ['running', 'waiting', 'undoing'];
export const underWay = () => [...onboardings.value.values()].filter(({ state }) => OPEN.includes(state));

/** Listens, and loads the first steps of each workspace that comes on screen. */
export function followOnboarding() {
  on('onboarding.changed', ({ onboarding }) => take(onboarding));
  on('welcome.changed', ({ workspace_id: id, welcome }) => (welcomes.value = new Map(welcomes.peek()).set(id, welcome)));
  on('ready', () => {
    loadWelcome(workspace.peek()?.id);
    loadOnboardings();
  });
  let shown = '';
  effect(() => {
    const id = workspace.value?.id ?? '';
    if (id && id !== shown && !welcomes.peek().has(id)) loadWelcome(id);
    shown = id;
  });
}

/** @param {string} [id] */
function loadWelcome(id) {
  if (!id) return;
  // Nothing of it is needed to talk: what cannot be loaded comes with the next change.
  call('GET', `/workspaces/${id}/welcome`).then((welcome) => (welcomes.value = new Map(welcomes.peek()).set(id, welcome)), () => undefined);
}

function loadOnboardings() {
  call('GET', '/onboardings').then(({ items }) => items.filter(({ state }) => OPEN.includes(state)).forEach(take), () => undefined);
}

/** Takes what is newer than what is known. @param {Onboarding} onboarding */
function take(onboarding) {
  const known = onboardings.peek().get(onboarding.id);
  if (known && Date.parse(known.updated_at) > Date.parse(onboarding.updated_at)) return;
  onboardings.value = new Map(onboardings.peek()).set(onboarding.id, { ...known, ...onboarding, workflow: onboarding.workflow ?? known?.workflow });
}

/** @returns {Promise<Template[]>} */
export const loadTemplates = () => call('GET', '/workspace-templates').then(({ items }) => items);

/** @param {string} slug @returns {Promise<boolean>} */
export const isFree = (slug) => call('GET', `/workspace-addresses/${encodeURIComponent(slug)}`).then(({ free }) => free);

/** @param {{name: string, slug?: string, template: string, invitations: {email: string}[], welcome?: boolean}} wanted @returns {Promise<Onboarding>} */
export async function setUp(wanted) {
  const begun = await call('POST', '/onboardings', wanted);
  take(begun);
  return begun;
}

/** Asks how far it is, for whoever hears no news. @param {string} id */
export const refresh = (id) => call('GET', `/onboardings/${id}`).then(take, () => undefined);

/** @param {string} id @param {'continue' | 'undo'} what */
export const ask = (id, what) => call('POST', `/onboardings/${id}/${what}`).then(take);

/** No more first steps, and no more reminders, in the workspace on screen. */
export async function stopWelcome() {
  const id = workspace.peek()?.id;
  if (!id) return;
  const before = welcomes.peek();
  welcomes.value = new Map(before).set(id, { state: 'stopped', steps: [], channel_id: null });
  await call('POST', `/workspaces/${id}/welcome/stop`).catch((problem) => {
    welcomes.value = before;
    toastProblem(problem);
  });
}
