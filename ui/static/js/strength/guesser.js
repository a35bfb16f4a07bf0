// @ts-nocheck - the lists come without types.
/** zxcvbn with its lists: what a password is made of, and how many guesses that takes. Large; `meter.js` loads it when it is needed. */
import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import graphs from '@zxcvbn-ts/language-common/adjacencyGraphs.json.mjs';
import passwords from '@zxcvbn-ts/language-common/passwords.json.mjs';
import words from '@zxcvbn-ts/language-en/commonWords.json.mjs';
import names from '@zxcvbn-ts/language-en/firstnames.json.mjs';
import translations from '@zxcvbn-ts/language-en/translations.mjs';

const warnings = { ...translations.warnings, userInputs: 'Your own name and address are what is guessed first.' };
const dictionary = { passwords, words, 'firstnames-en': names };
const guesser = new ZxcvbnFactory({ dictionary, graphs, translations: { ...translations, warnings } });

/**
 * How hard a password is to guess for who knows some words of its person: from 0 to 4, and what makes it easy.
 * @param {string} password @param {string[]} own @returns {{score: number, why: string}}
 */
export function judge(password, own) {
  const { score, feedback } = guesser.check(password, own);
  return { score, why: feedback.warning ?? '' };
}
