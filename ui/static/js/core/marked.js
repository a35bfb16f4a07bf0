// @ts-check
const ENTITIES = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#x27;': "'", '&amp;': '&' };

/**
 * The pieces of a highlight of the API (escaped text with `<mark>`), to be shown as elements and never as markup.
 * @param {string} highlight @returns {{text: string, hit: boolean}[]}
 */
export function piecesOf(highlight) {
  return highlight
    .split(/(<mark>.*?<\/mark>)/s)
    .filter(Boolean)
    .map((piece) => {
      const hit = piece.startsWith('<mark>');
      return { hit, text: plain(hit ? piece.slice(6, -7) : piece) };
    });
}

/** @param {string} escaped */
const plain = (escaped) => escaped.replace(/&(?:lt|gt|quot|#x27|amp);/g, (entity) => ENTITIES[entity]);
