// @ts-check
import { effect } from '@preact/signals-core';

/**
 * Resolves once `check` is true; it is asked again whenever a signal that it reads changes.
 * @param {() => unknown} check @returns {Promise<void>}
 */
export const until = (check) =>
  new Promise((resolve) => {
    const stop = effect(() => {
      // By then `stop` is known, also when it is true at once.
      if (check()) queueMicrotask(() => (stop(), resolve()));
    });
  });
