// @ts-check
/** Whether the person is looking: the page is visible and has the focus. What is not looked at is not read. */
import { signal } from '@preact/signals-core';

const looking = () => document.visibilityState === 'visible' && document.hasFocus();

export const attentive = signal(looking());

for (const sign of ['focus', 'blur', 'pageshow']) addEventListener(sign, () => (attentive.value = looking()));
document.addEventListener('visibilitychange', () => (attentive.value = looking()));
