// @ts-check
/** Who may send messages that notify also those who do not want to be disturbed. */
import { computed } from '@preact/signals-core';
import { workspace } from '../state/route.js';

/** Whether I may, as the workspace says. */
export const mayUrge = computed(() => workspace.value?.role === 'owner' || workspace.value?.urgent_by === 'members');
