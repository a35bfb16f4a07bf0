// @ts-check
/** The groups of the workspace on screen. */
import { computed, effect } from '@preact/signals-core';
import { all, call } from '../net/http.js';
import { link, on } from '../net/connection.js';
import { fresh } from './fresh.js';
import { workspace } from './route.js';
import { groups } from './store.js';
import { may } from './rights.js';

/** @typedef {import('./store.js').Group} Group */

export const groupsByHandle = computed(() => new Map((groups.value ?? []).map((group) => [group.handle, group])));

/** Follows the workspace on screen. Call once. */
export function openGroups() {
  effect(() => void (workspace.value?.id && link.value.state === 'online' && loadGroups(workspace.value.id)));
  on('group.changed', ({ group }) => group.workspace_id === workspace.peek()?.id && putGroup(group));
  on('group.deleted', ({ group_id }) => dropGroup(group_id));
}

/** Whether I may make and change groups here. */
export const mayChangeGroups = computed(() => may('group.change') || (workspace.value?.groups_by !== 'owners' && may('people.see')));

const path = () => `/workspaces/${workspace.peek()?.id}/groups`;

/** @param {string} workspaceId */
export async function loadGroups(workspaceId) {
  const found = await fresh([groups], () => all(`/workspaces/${workspaceId}/groups`)).catch(() => null);
  if (found && workspace.peek()?.id === workspaceId) groups.value = sorted(found);
}

/** @param {{id?: string, name: string, handle: string, user_ids: string[]}} group */
export async function saveGroup({ id, ...fields }) {
  putGroup(id ? await call('PATCH', `${path()}/${id}`, fields) : await call('POST', path(), fields));
}

/** @param {Group} group */
export async function deleteGroup({ id }) {
  await call('DELETE', `${path()}/${id}`);
  dropGroup(id);
}

/** @param {Group} group */
function putGroup(group) {
  groups.value = sorted([...(groups.peek() ?? []).filter(({ id }) => id !== group.id), group]);
}

/** @param {string} groupId */
function dropGroup(groupId) {
  groups.value = (groups.peek() ?? []).filter(({ id }) => id !== groupId);
}

/** @param {Group[]} found */
const sorted = (found) => [...found].sort((a, b) => a.name.localeCompare(b.name));
