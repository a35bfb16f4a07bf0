// @ts-check
/** Addresses that stay while they load, though links are renewed now and then: nothing is loaded or begun twice. */
import { useEffect, useRef, useState } from '../core/html.js';
import { freshFile, watch } from '../state/files.js';

/**
 * The address that something on screen loads; a fresh one after it failed once.
 * @param {string} fileId @param {string | undefined} url
 * @returns {{src: string | undefined, onError: () => void, failed: boolean}}
 */
export function useLatched(fileId, url) {
  const held = useRef(/** @type {{key: string, src?: string}} */ ({ key: '' }));
  const [tries, setTries] = useState(0);
  const key = `${fileId} ${url?.split('?')[0]} ${tries}`;
  if (held.current.key !== key || !held.current.src) held.current = { key, src: url };
  useEffect(() => watch(fileId), [fileId]);
  const onError = () => void (tries === 0 ? freshFile(fileId).then(() => setTries(1), () => setTries(2)) : setTries(2));
  return { src: held.current.src, onError, failed: tries === 2 };
}
