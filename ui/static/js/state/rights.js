// @ts-check
/** What the person at this device may do in the workspace they look at: the rights of their role, as the server told them. */
import { computed } from '@preact/signals-core';

import { workspace } from './route.js';

/** @typedef {string} Right */

const mine = computed(() => new Set(workspace.value?.rights ?? []));

/** Whether they have a right; follows the workspace when read in a component. @param {Right} right */
export const may = (right) => mine.value.has(right);
