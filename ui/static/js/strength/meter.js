// @ts-check
/** How hard a new password is to guess, said while it is typed. It is judged in this browser, and sent nowhere for that. */

const SAID = ['Very easy to guess', 'Easy to guess', 'Not hard to guess', 'Hard to guess', 'Very hard to guess'];
const ADVICE = 'Some more words that do not belong together make it harder.';
const GOOD = 3;
/** Long enough that a screen reader is not told of each letter. */
const PAUSE_MS = 400;

/** Says the strength of what is typed into a field. @param {HTMLInputElement} field @param {HTMLElement} place */
export function watch(field, place) {
  const bar = Object.assign(document.createElement('div'), { className: 'strength-bar' });
  bar.setAttribute('aria-hidden', 'true');
  bar.append(...SAID.slice(1).map(() => document.createElement('span')));
  const words = Object.assign(document.createElement('p'), { className: 'strength-words' });
  words.setAttribute('role', 'status');
  place.replaceChildren(bar, words);
  let pause = 0;
  field.addEventListener('input', () => {
    clearTimeout(pause);
    pause = setTimeout(() => show(field, place, words), PAUSE_MS);
  });
}

/** @param {HTMLInputElement} field @param {HTMLElement} place @param {HTMLElement} words */
async function show(field, place, words) {
  // Without the lists, as on a line that broke, there is no meter; what is too easy the server refuses.
  const guesser = field.value && (await import('./guesser.js').catch(() => null));
  const judged = guesser && field.value && guesser.judge(field.value, wordsBeside(field));
  place.dataset.score = judged ? String(judged.score) : '';
  words.textContent = judged ? sentence(judged) : '';
}

/** @param {{score: number, why: string}} judged */
const sentence = ({ score, why }) => [`${SAID[score]}.`, score < GOOD && (why || ADVICE)].filter(Boolean).join(' ');

/** What else stands in the form, such as the person's name and address. @param {HTMLInputElement} field */
function wordsBeside(field) {
  // A password that is shown is a text, too.
  const beside = [...(field.form?.querySelectorAll('input') ?? [])].filter((other) => other !== field && other.type !== 'password');
  return beside.flatMap(({ value }) => [value, ...value.split(/[\s@]+/), ...value.split(/[\s@.]+/)]).filter(Boolean);
}
