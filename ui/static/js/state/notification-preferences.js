// @ts-check
/** How I am notified in the workspace on screen: what I chose, what the workspace says, and what holds. */
import { effect, signal } from '@preact/signals-core';
import { call } from '../net/http.js';
import { link, on } from '../net/connection.js';
import { workspace } from './route.js';

/**
 * @typedef {'push' | 'email'} Way
 * @typedef {import('../core/quiet.js').Quiet} Quiet
 * @typedef {{level: 'all' | 'mentions' | 'nothing', keywords: string[], ways: Record<import('./notifications.js').Kind, Way[]>, quiet: Quiet | null, push_after: number,
 *   email: 'at_once' | 'hourly' | 'daily' | 'never', email_after: number, email_at: string, sound: boolean, badge: 'all' | 'mentions' | 'nothing'}} Effective
 * @typedef {{chosen: Record<string, any>, inherited: Effective, effective: Effective}} Preferences
 */

export { DAYS, isQuiet } from '../core/quiet.js';

/** @type {import('@preact/signals-core').Signal<Preferences | null>} my own, in the workspace on screen */
export const preferences = signal(null);

/** Loads them whenever the line opens or the workspace changes, and follows what the server tells. */
export function openPreferences() {
  on('notification_preferences.changed', (event) => isHere(event) && (preferences.value = mine(event.preferences)));
  on('notification_defaults.changed', (event) => isHere(event) && load());
  effect(() => {
    const id = workspace.value?.id;
    if (preferences.peek() && !id) preferences.value = null;
    if (id && link.value.state === 'online') load();
  });
}

/** @param {{workspace_id: string}} event */
const isHere = ({ workspace_id: id }) => id === workspace.peek()?.id;

/** @param {any} told @returns {Preferences} */
const mine = ({ mine: chosen, inherited, effective }) => ({ chosen, inherited, effective });
/** @param {any} told @returns {Preferences} */
const ofAll = ({ defaults: chosen, inherited, effective }) => ({ chosen, inherited, effective });

async function load() {
  const id = workspace.peek()?.id;
  const told = await loadMine().catch(() => null);
  if (told && workspace.peek()?.id === id) preferences.value = told;
}

/** @param {'notification-preferences' | 'notification-defaults'} which */
const path = (which) => `/workspaces/${workspace.peek()?.id}/${which}`;

export const loadMine = async () => mine(await call('GET', path('notification-preferences')));
/** @param {Record<string, any>} patch null gives a choice back */
export const changeMine = async (patch) => (preferences.value = mine(await call('PATCH', path('notification-preferences'), patch)));

export const loadDefaults = async () => ofAll(await call('GET', path('notification-defaults')));
/** @param {Record<string, any>} patch */
export const changeDefaults = async (patch) => ofAll(await call('PATCH', path('notification-defaults'), patch));
