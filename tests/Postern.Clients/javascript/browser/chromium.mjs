// Debian's chromium without a window, driven through the pipe of its DevTools protocol: no package stands between.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export class Chromium {
  #process; #folder; #next = 1; #waiting = new Map(); #rest = '';

  static async start() {
    const browser = new Chromium();
    browser.#folder = await mkdtemp(join(tmpdir(), 'postern-chromium-'));
    const root = process.getuid() === 0 ? ['--no-sandbox'] : [];
    browser.#process = spawn('/usr/bin/chromium', [
      '--headless=new', '--remote-debugging-pipe', `--user-data-dir=${browser.#folder}`, '--no-first-run', '--disable-gpu', '--disable-dev-shm-usage',
      '--disable-background-networking', '--disable-component-update', ...root, 'about:blank',
    ], { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
    const [toBrowser, fromBrowser] = [browser.#process.stdio[3], browser.#process.stdio[4]];
    fromBrowser.setEncoding('utf8').on('data', text => browser.#read(text));
    toBrowser.on('error', () => {});
    browser.#process.on('exit', status => browser.#fail(new Error(`chromium ended with status ${status}`)));
    browser.#process.on('error', error => browser.#fail(error));
    await browser.send('Browser.getVersion');
    return browser;
  }

  /** A command of the protocol; its result. */
  send(method, params = {}, sessionId = undefined) {
    return new Promise((resolve, reject) => {
      const id = this.#next++;
      this.#waiting.set(id, { resolve, reject, method });
      this.#process.stdio[3].write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    });
  }

  /** A page of its own, with cookies and storage of its own. */
  async page(url) {
    const { browserContextId } = await this.send('Target.createBrowserContext');
    const { targetId } = await this.send('Target.createTarget', { url: 'about:blank', browserContextId });
    const { sessionId } = await this.send('Target.attachToTarget', { targetId, flatten: true });
    const page = new Page(this, sessionId);
    await page.send('Page.enable');
    await page.go(url);
    return page;
  }

  async stop() {
    const ended = new Promise(resolve => this.#process.on('exit', resolve));
    this.#process.kill();
    await ended;
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }

  #read(text) {
    const messages = (this.#rest + text).split('\0');
    this.#rest = messages.pop();
    for (const message of messages.map(one => JSON.parse(one))) {
      const waiting = this.#waiting.get(message.id);
      this.#waiting.delete(message.id);
      if (message.error)
        waiting?.reject(new Error(`${waiting.method}: ${message.error.message}`));
      else
        waiting?.resolve(message.result);
    }
  }

  #fail(error) {
    for (const { reject } of this.#waiting.values())
      reject(error);
    this.#waiting.clear();
  }
}

class Page {
  constructor(browser, session) {
    Object.assign(this, { browser, session });
  }

  send(method, params) {
    return this.browser.send(method, params, this.session);
  }

  /** Opens an address, and waits until the page's own script has run. */
  async go(url) {
    await this.send('Page.navigate', { url });
    for (;;) {
      const { result } = await this.send('Runtime.evaluate', { expression: 'document.readyState === "complete" && location.href !== "about:blank"' })
        .catch(() => ({ result: {} }));
      if (result.value)
        return;
    }
  }

  /** Runs a function in the page with values as arguments; its result, or the error that it threw. */
  async run(action, ...values) {
    const expression = `(${action})(...${JSON.stringify(values)}).then(value => ({ value }), ({ name, message }) => ({ error: { name, message } }))`;
    const { result, exceptionDetails } = await this.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true, userGesture: true });
    if (exceptionDetails)
      throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    if (result.value.error)
      throw Object.assign(new Error(result.value.error.message), { name: result.value.error.name });
    return result.value.value;
  }

  /** Gives the page a device that makes and keeps passkeys, whose user is at hand. */
  async authenticator(options = {}) {
    await this.send('WebAuthn.enable');
    const { authenticatorId } = await this.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true,
        automaticPresenceSimulation: true, ...options,
      },
    });
    return {
      verifiesUser: isUserVerified => this.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified }),
      credentials: async () => (await this.send('WebAuthn.getCredentials', { authenticatorId })).credentials,
      add: credential => this.send('WebAuthn.addCredential', { authenticatorId, credential }),
      remove: credentialId => this.send('WebAuthn.removeCredential', { authenticatorId, credentialId }),
    };
  }
}
