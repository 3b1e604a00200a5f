// The one place where the page asks the service.

/** A refusal, or no answer at all, in words to be shown. */
export class ServiceError extends Error {
  constructor(message, { status = 0, errors = [], retryAfter = null } = {}) {
    super(message);
    this.name = 'ServiceError';
    this.status = status;
    /** `[{pointer, detail, hint?}]`, as problem details have them. */
    this.errors = errors;
    this.retryAfter = retryAfter;
  }
}

async function refusal(response) {
  let problem = {};
  try {
    problem = await response.json();
  } catch { /* What a proxy answers need not be JSON. */ }
  const after = Number(response.headers.get('Retry-After'));
  const retryAfter = Number.isFinite(after) && after > 0 ? after : null;
  let message = problem.detail ?? problem.title ?? `The service answered ${response.status}.`;
  if (response.status === 429) message = `Too many requests at once. ${message}`;
  if (response.status === 503) message = `The service is busy. ${message}`;
  return new ServiceError(message, { status: response.status, errors: problem.errors ?? [], retryAfter });
}

const pause = (seconds, signal) => new Promise((resolve, reject) => {
  const timer = setTimeout(resolve, seconds * 1000);
  signal?.addEventListener('abort', () => {
    clearTimeout(timer);
    reject(signal.reason);
  }, { once: true });
});

/**
 * `askForToken()` is called at a 401 and answers a token, or null where there is none to be had.
 * `onWait(seconds)` is told of the pause before a second try. The token is kept in memory alone.
 */
export function createService({ askForToken = async () => null, onWait = () => {} } = {}) {
  let token = null;
  let asking = null;

  async function send(path, body, { signal, accept = 'application/json', method } = {}) {
    const headers = { Accept: accept };
    if (token) headers.Authorization = `Bearer ${token}`;
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    try {
      return await fetch(path, {
        method: method ?? (body === undefined ? 'GET' : 'POST'),
        headers, signal, body: body === undefined ? undefined : JSON.stringify(body),
        credentials: 'omit', cache: 'no-store',
      });
    } catch (error) {
      if (error.name === 'AbortError') throw error;
      throw new ServiceError('The service cannot be reached. Is it still running?');
    }
  }

  /** The response, where it is one of success; asks for a token, and waits where it is told to. */
  async function open(path, body, options = {}) {
    for (let attempt = 0; ; attempt++) {
      const response = await send(path, body, options);
      if (response.ok) return response;
      if (response.status === 401) {
        asking ??= askForToken(attempt > 0).finally(() => { asking = null; });
        const given = await asking;
        if (given) {
          token = given;
          continue;
        }
      }
      const error = await refusal(response);
      const again = (error.status === 429 || error.status === 503) && error.retryAfter !== null;
      if (!again || attempt >= 3 || error.retryAfter > 30) throw error;
      onWait(error.retryAfter);
      await pause(error.retryAfter, options.signal);
    }
  }

  return {
    /** The answer to `body` at `path`, as JSON. */
    async ask(path, body, options) {
      const response = await open(path, body, options);
      try {
        return await response.json();
      } catch (error) {
        if (error.name === 'AbortError') throw error;
        throw new ServiceError('The answer of the service broke off.');
      }
    },

    /** The events of an answer that comes line by line. */
    async* stream(path, body, options) {
      const response = await open(path, body, { ...options, accept: 'application/x-ndjson' });
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = '';
      try {
        for (;;) {
          const { value, done } = await reader.read();
          rest += value ?? '';
          const lines = rest.split('\n');
          rest = done ? '' : lines.pop();
          for (const line of lines) if (line.trim()) yield JSON.parse(line);
          if (done) return;
        }
      } catch (error) {
        if (error.name === 'AbortError') throw error;
        throw new ServiceError('The answer of the service broke off.');
      } finally {
        reader.cancel().catch(() => {});
      }
    },
  };
}
