// @ts-check
/** What stands beside the conversation: the members, a thread, the pins, the files; one at a time. */
import { signal } from '@preact/signals-core';

/** @type {import('@preact/signals-core').Signal<{kind: 'members' | 'thread' | 'pins' | 'files', [fact: string]: any} | null>} */
export const panel = signal(null);

/** @param {{kind: 'members' | 'thread' | 'pins' | 'files', [fact: string]: any}} shown */
export const showPanel = (shown) => void (panel.value = shown);

export const closePanel = () => void (panel.value = null);

/** @param {'members' | 'pins' | 'files'} kind */
export const togglePanel = (kind) => void (panel.value = panel.peek()?.kind === kind ? null : { kind });
