// @ts-check
/** Short messages: on screen as toasts, and to screen readers as announcements. */
import { signal } from '@preact/signals-core';

/** @typedef {{id: number, text: string, tone: 'plain' | 'alert', action?: {label: string, run: () => void}}} Toast */

/** @type {import('@preact/signals-core').Signal<Toast[]>} */
export const toasts = signal([]);
/** What a screen reader is to say next. */
export const announcement = signal('');
let count = 0;

/** @param {string} text @param {{action?: Toast['action'], tone?: Toast['tone']}} [more] */
export function toast(text, { action, tone = 'plain' } = {}) {
  count += 1;
  toasts.value = [...toasts.value.slice(-2), { id: count, text, tone, action }];
}

/** Shows why something failed. @param {Error} problem */
export const toastProblem = (problem) => toast(problem.message, { tone: 'alert' });

/** @param {number} id */
export const dismiss = (id) => (toasts.value = toasts.value.filter((known) => known.id !== id));

/** @param {string} text */
export function announce(text) {
  // The same sentence twice would otherwise be read once.
  announcement.value = announcement.peek() === text ? `${text}\u00a0` : text;
}
