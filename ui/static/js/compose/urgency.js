// @ts-check
/** Who may send messages that notify also those who do not want to be disturbed. */
import { computed } from '@preact/signals-core';
import { workspace } from '../state/route.js';
import { may } from '../state/rights.js';

/** Whether I may, as the workspace says. */
export const mayUrge = computed(() => may('message.urgent') || (workspace.value?.urgent_by === 'members' && may('people.see')));
