// @ts-check
/** What is loaded when it is first shown, and again when it changed. */
import { useCallback, useEffect, useState } from '../core/html.js';

/** @template T @param {() => Promise<T>} ask @returns {{found: T | null, problem: any, load: () => void}} */
export function useLoaded(ask) {
  const [found, setFound] = useState(/** @type {T | null} */ (null));
  const [problem, setProblem] = useState(/** @type {any} */ (null));
  const load = useCallback(() => {
    setProblem(null);
    ask().then(setFound, setProblem);
  }, []);
  useEffect(load, [load]);
  return { found, problem, load };
}
