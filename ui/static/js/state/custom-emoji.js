// @ts-check
/** The workspace's own emoji, by name. */
import { signal } from '@preact/signals-core';

/** @typedef {{name: string, url: string, created_by: string}} CustomEmoji */

/** @type {import('@preact/signals-core').Signal<Map<string, CustomEmoji>>} of the workspace on screen */
export const customEmoji = signal(new Map());
