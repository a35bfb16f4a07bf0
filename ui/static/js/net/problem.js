// @ts-check

/** A refusal of the server, or its silence: `code` is stable, `message` is for people. */
export class Problem extends Error {
  /** @param {{code: string, detail?: string, status?: number, errors?: {field: string, detail: string}[]}} facts */
  constructor({ code, detail, status = 0, errors = [] }) {
    super(detail || 'Something went wrong. Please try again.');
    this.code = code;
    this.status = status;
    this.errors = errors;
  }

  /** Whether the same request may succeed later without anybody changing it. */
  get passing() {
    return ['offline', 'timeout', 'unavailable', 'too_many_requests'].includes(this.code);
  }
}

export const offline = () => new Problem({ code: 'offline', detail: 'Parlour cannot be reached. Check your connection and try again.' });
export const signedOut = () => new Problem({ code: 'signed_out', detail: 'You are signed out.', status: 401 });

/** @param {Response} answer @returns {Promise<Problem>} */
export async function problemOf(answer) {
  const body = await answer.json().catch(() => ({}));
  const detail = body.detail ?? body.title ?? `The server answered ${answer.status}.`;
  return new Problem({ ...body, code: body.code ?? 'unknown', detail: waiting(answer) ?? detail, status: answer.status });
}

/** @param {Response} answer */
function waiting(answer) {
  const seconds = Number(answer.headers.get('Retry-After'));
  if (answer.status !== 429 || !seconds) return null;
  return `Too many attempts. Please wait ${seconds < 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`}.`;
}
