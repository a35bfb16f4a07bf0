// @ts-check
/** How fast something grows, over the last seconds. */
const SPAN_MS = 4_000;

export class Speed {
  /** @type {{at: number, bytes: number}[]} */
  #seen = [];

  /** Takes how much there is now. @param {number} bytes @returns {number} bytes a second, 0 while that is not known */
  at(bytes) {
    const now = performance.now();
    this.#seen = [...this.#seen.filter(({ at }) => now - at < SPAN_MS), { at: now, bytes }];
    const [first] = this.#seen;
    return now - first.at < 250 ? 0 : Math.max(0, (1000 * (bytes - first.bytes)) / (now - first.at));
  }
}
