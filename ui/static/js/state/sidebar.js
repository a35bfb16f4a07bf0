// @ts-check
/** How I arrange the channels of a workspace: sections of my own between the built-in ones, on all my devices the same. */
import { computed, signal } from '@preact/signals-core';
import { call } from '../net/http.js';
import { toast, toastProblem } from './notices.js';
import { workspace } from './route.js';
import { channelsHere } from './sorted.js';
import { isTalk, patchChannel } from './store.js';

/**
 * @typedef {import('./store.js').Channel} Channel
 * @typedef {import('./sorted.js').ChannelSignal} ChannelSignal
 * @typedef {{workspace_id: string, sections: {id: string, name: string}[], collapsed: string[]}} SidebarFacts
 * @typedef {{id: string, title: string, own: boolean, collapsed: boolean, channels: ChannelSignal[]}} Section
 */

/** @type {import('@preact/signals-core').Signal<Map<string, SidebarFacts>>} by workspace */
const sidebars = signal(new Map());

/** @param {SidebarFacts} sidebar */
export const putSidebar = (sidebar) => (sidebars.value = new Map(sidebars.peek()).set(sidebar.workspace_id, sidebar));

/** @param {SidebarFacts[]} listed */
export const replaceSidebars = (listed) => (sidebars.value = new Map(listed.map((known) => [known.workspace_id, known])));

/** @type {import('@preact/signals-core').ReadonlySignal<SidebarFacts>} */
const here = computed(() => sidebars.value.get(workspace.value?.id ?? '') ?? { workspace_id: '', sections: [], collapsed: [] });

/** My own sections of the workspace on screen. */
export const ownSections = computed(() => here.value.sections);

/** All sections of the workspace on screen from the top, each with its channels; "Starred" only while there are some. */
export const sections = computed(() => {
  const placed = Map.groupBy(channelsHere.value, (known) => placeOf(known.peek()));
  /** @type {(id: string, title: string, own?: boolean) => Section} */
  const section = (id, title, own = false) => ({ id, title, own, collapsed: here.value.collapsed.includes(id), channels: placed.get(id) ?? [] });
  return [
    ...(placed.has('starred') ? [section('starred', 'Starred')] : []),
    ...here.value.sections.map(({ id, name }) => section(id, name, true)),
    section('channels', 'Channels'),
    section('direct', 'Direct messages'),
  ];
});

/** @param {Channel} channel */
function placeOf(channel) {
  if (channel.starred) return 'starred';
  if (here.value.sections.some(({ id }) => id === channel.section_id)) return channel.section_id;
  return isTalk(channel) ? 'direct' : 'channels';
}

const path = (id = '') => `/workspaces/${workspace.peek()?.id}/sections${id && `/${id}`}`;

/** Makes a section, and puts a channel into it. @param {string} name @param {Channel} [channel] */
export async function createSection(name, channel) {
  const { id } = await call('POST', path(), { name });
  if (channel) await prefer(channel, { section_id: id, starred: false });
}

/** @param {string} id @param {{name?: string, collapsed?: boolean, position?: number}} changes */
export async function changeSection(id, changes) {
  putSidebar(await call('PATCH', path(id), changes));
}

/** Collapses a section or opens it, at once. @param {Section} section */
export function toggleSection({ id, collapsed }) {
  const rest = here.peek().collapsed.filter((known) => known !== id);
  putSidebar({ ...here.peek(), workspace_id: workspace.peek()?.id ?? '', collapsed: collapsed ? rest : [...rest, id] });
  changeSection(id, { collapsed: !collapsed }).catch(toastProblem);
}

/** Deletes a section; "Undo" makes it again with the channels it had. @param {Section} section */
export async function deleteSection({ id, title, channels }) {
  const held = channels.map((known) => known.peek());
  await call('DELETE', path(id));
  const again = async () => {
    const made = await call('POST', path(), { name: title });
    await Promise.all(held.map((channel) => prefer(channel, { section_id: made.id })));
  };
  toast(`The section ${title} is gone. Its channels stay.`, { action: { label: 'Undo', run: () => again().catch(toastProblem) } });
}

/** Sets how I have a channel, at once; back if the server refuses. @param {Channel} channel @param {Partial<Channel>} preferences */
export async function prefer(channel, preferences) {
  const before = Object.fromEntries(Object.keys(preferences).map((name) => [name, /** @type {any} */ (channel)[name]]));
  patchChannel(channel.id, preferences);
  try {
    await call('PATCH', `/channels/${channel.id}/membership`, preferences);
  } catch (problem) {
    patchChannel(channel.id, before);
    throw problem;
  }
}
