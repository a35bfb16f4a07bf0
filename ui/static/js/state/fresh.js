// @ts-check
/** Lists that are asked for once, and kept by what the server tells of changes. */

const TRIES = 3;

/**
 * Asks for lists. What was told, or done, while the answer was under way may be younger than the answer, so that it
 * is asked for again then.
 * @template T
 * @param {import('@preact/signals-core').ReadonlySignal<unknown>[]} lists each change puts another value in
 * @param {() => Promise<T>} ask
 */
export async function fresh(lists, ask) {
  for (let left = TRIES; ; left--) {
    const before = lists.map((list) => list.peek());
    const answer = await ask();
    if (left <= 1 || lists.every((list, at) => list.peek() === before[at])) return answer;
  }
}
