// @ts-check
/**
 * One upload by the tus protocol. It goes on where it ended after every kind of interruption; what the server refuses is
 * told in its words.
 */
import 'tus-js-client';
import { Problem } from './problem.js';
import { accessToken } from './session.js';

const { Upload: TusUpload } = /** @type {any} */ (window).tus;
/** Statuses that pass: a token that ended, another request for the same upload, too much at once. */
const PASSING = [401, 409, 423, 429];
const GONE = [404, 410];

/**
 * @typedef {{file: Blob, name: string, type: string, workspaceId: string, url?: string, onUrl: (url: string) => void,
 *   onProgress: (sent: number) => void, onDone: () => void, onProblem: (problem: Problem) => void}} Wanted
 */

export class Upload {
  #tus;
  /** @type {string | undefined} */
  #token;
  #isRefused = false;

  /** @param {Wanted} wanted */
  constructor({ file, name, type, workspaceId, url, onUrl, onProgress, onDone, onProblem }) {
    this.#tus = new TusUpload(file, {
      // Without an end point an upload that cannot be found now is told of, and not begun again behind our back.
      endpoint: url ? null : `/api/v1/workspaces/${workspaceId}/uploads`,
      uploadUrl: url,
      metadata: { filename: name, filetype: type },
      storeFingerprintForResuming: false,
      // When to try again is for who holds this, who knows whether there is a line.
      retryDelays: null,
      onBeforeRequest: (request) => this.#authorize(request),
      onUploadUrlAvailable: () => {
        // The server may name itself otherwise than this browser does.
        this.#tus.url = new URL(this.#tus.url, location.href).pathname;
        this.#tus.options.endpoint = null;
        onUrl(this.#tus.url);
      },
      onProgress,
      onSuccess: onDone,
      onError: (fault) => onProblem(this.#problemOf(fault)),
    });
  }

  /** Begins, or goes on. */
  start() {
    this.#tus.start();
  }

  /** Stops for now. */
  pause() {
    return this.#tus.abort(false);
  }

  /** Gives an upload up; the server discards what it has of it. @param {string} url */
  static async discard(url) {
    await TusUpload.terminate(url, { headers: { Authorization: `Bearer ${await accessToken()}` } });
  }

  async #authorize(request) {
    this.#token = await accessToken(this.#isRefused ? this.#token : undefined);
    this.#isRefused = false;
    request.setHeader('Authorization', `Bearer ${this.#token}`);
  }

  /** @param {any} fault @returns {Problem} */
  #problemOf(fault) {
    if (fault instanceof Problem) return fault;
    const answer = fault.originalResponse;
    const status = answer?.getStatus() ?? 0;
    this.#isRefused = status === 401;
    if (!status) return new Problem({ code: 'offline', detail: 'Waiting for the connection…' });
    if (this.#tus.url && GONE.includes(status)) return new Problem({ code: 'gone', detail: 'The upload took too long and has to begin again.', status });
    const told = toldIn(answer.getBody());
    const passes = status >= 500 || PASSING.includes(status);
    return new Problem({ ...told, code: passes ? 'unavailable' : (told.code ?? 'refused'), detail: told.detail ?? `The server answered ${status}.`, status });
  }
}

/** @param {string} body */
function toldIn(body) {
  try {
    return JSON.parse(body);
  } catch {
    return {};
  }
}
