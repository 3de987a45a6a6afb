// Debian's chromium, driven by Playwright: each visit is a browser of its own that watches what pages do, and lets no fault pass.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { application, domain, pageOf } from '../domains.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const screenshots = fileURLToPath(new URL('../../../../artifacts/screenshots/', import.meta.url));
const wide = { width: 1280, height: 800 }, narrow = { width: 320, height: 640 };
const heaviest = 60_000;

export class Browser {
  #chromium; #application; #visits = new Set();

  /** @param environment what else chromium's process is told, such as a home with certificates that it trusts. */
  static async start(environment = {}) {
    const browser = new Browser();
    browser.#application = createServer((_, response) => response.setHeader('Content-Type', 'text/html').end('<!doctype html><title>Application</title><link rel="icon" href="data:,">'));
    await new Promise(resolve => browser.#application.listen(0, resolve));
    browser.application = `http://localhost:${browser.#application.address().port}`;
    browser.#chromium = await chromium.launch({
      executablePath: '/usr/bin/chromium', args: ['--disable-gpu', '--disable-dev-shm-usage'], chromiumSandbox: process.getuid() !== 0,
      env: { ...process.env, ...environment },
    });
    return browser;
  }

  /** A pool with pages of a version, a client of it, and where a visit begins. */
  async site({ version = 2, settings, client = {}, ...more } = {}) {
    const made = await domain({ version, settings, ...more });
    const callback = `${this.application}/callback`;
    const { id } = await application(made.userPoolId, { CallbackURLs: [callback], LogoutURLs: [`${this.application}/bye`], ...client });
    return { ...made, clientId: id, callback, at: (path = '/oauth2/authorize', query = {}) => pageOf(made.base, id, path, { redirect_uri: callback, ...query }) };
  }

  /** A browser with cookies and storage of its own. */
  async visit({ javaScript = true, ...more } = {}) {
    const context = await this.#chromium.newContext({ viewport: wide, javaScriptEnabled: javaScript, reducedMotion: 'reduce', ...more });
    context.setDefaultTimeout(20_000);
    const visit = new Visit(await context.newPage(), this.application);
    this.#visits.add(visit);
    return visit;
  }

  /** Ends the visits of a test; a page that complained to the console, broke its policy, called elsewhere or was too heavy fails it. */
  async leave() {
    const visits = [...this.#visits];
    this.#visits.clear();
    await Promise.all(visits.map(visit => visit.page.context().close()));
    assert.deepEqual(visits.flatMap(visit => visit.faults), []);
  }

  async stop() {
    await this.#chromium?.close();
    this.#application.close();
    this.#application.closeAllConnections();
  }
}

class Visit {
  constructor(page, application) {
    Object.assign(this, { page, application, faults: [], allowed: new Set() });
    page.on('console', message => {
      // Chromium tells the status of a page that the test expects to be refused.
      if (['error', 'warning'].includes(message.type()) && !this.allowed.has(/status of (\d+)/.exec(message.text())?.[1]))
        this.faults.push(`${page.url()}: ${message.text()} ${message.location().url}`);
    });
    page.on('pageerror', error => this.faults.push(`${page.url()}: ${error}`));
    page.on('request', request => this.#requested(new URL(request.url())));
  }

  #requested(url) {
    if (/^(http|ws)/.test(url.protocol) && !/(^|\.)localhost$/.test(url.hostname))
      this.faults.push(`${this.page.url()}: calls ${url}`);
  }

  /** Opens an address. */
  async open(url, { status = 200 } = {}) {
    this.allowed.add(String(status));
    const answer = await this.page.goto(url);
    if (!this.page.url().startsWith(this.application))
      assert.equal(answer.status(), status, this.page.url());
    return this;
  }

  /** Fills in fields by their names, sends the form by its button, or the one that a selector finds, and waits for the page that follows. */
  async submit(fields = {}, button = 'main form [type=submit]') {
    for (const [name, value] of Object.entries(fields))
      await this.page.locator(`[name="${name}"]:visible`).fill(value);
    await Promise.all([this.page.waitForEvent('load'), this.press(button)]);
  }

  press = button => this.page.locator(button).locator('visible=true').first().click();

  /** What the application was given, once the browser is there. */
  async given() {
    await this.page.waitForURL(url => url.href.startsWith(this.application)).catch(async () =>
      assert.fail(`The browser is not at ${this.application}, but at ${this.page.url()}:\n${await this.page.locator('body').innerText()}`));
    const url = new URL(this.page.url());
    return { ...Object.fromEntries(url.searchParams), ...Object.fromEntries(new URLSearchParams(url.hash.slice(1))) };
  }

  /** The text of what went wrong, which assistive technology announces. */
  problem = () => this.page.getByRole('alert').first().innerText();

  /** Gives the page a device that makes and keeps passkeys, whose user is at hand. */
  async authenticator() {
    const devTools = await this.page.context().newCDPSession(this.page);
    await devTools.send('WebAuthn.enable');
    const { authenticatorId } = await devTools.send('WebAuthn.addVirtualAuthenticator', { options: {
      protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true } });
    return {
      verifiesUser: isUserVerified => devTools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified }),
      credentials: async () => (await devTools.send('WebAuthn.getCredentials', { authenticatorId })).credentials,
    };
  }

  /** Where the page is taller than the window, its background goes on below it: no two rows at its left edge differ by more than a shade. */
  async hasNoEdge() {
    const { page } = this;
    assert(await page.evaluate(() => document.documentElement.scrollHeight > innerHeight), 'the page is taller than the window');
    const picture = (await page.screenshot({ fullPage: true })).toString('base64');
    const blank = await page.context().newPage();
    const steps = await blank.evaluate(async picture => {
      const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${picture}`)).blob());
      const canvas = new OffscreenCanvas(1, image.height).getContext('2d');
      canvas.drawImage(image, 0, 0);
      const { data } = canvas.getImageData(0, 0, 1, image.height);
      return Array.from({ length: image.height - 1 }, (_, row) => Math.max(...[0, 1, 2].map(channel => Math.abs(data[row * 4 + channel] - data[row * 4 + 4 + channel]))));
    }, picture);
    await blank.close();
    assert(Math.max(...steps) <= 3, `the background has an edge at ${steps.indexOf(Math.max(...steps))} px of ${steps.length}`);
  }

  /**
   * Holds the page to what every page must be, wide and narrow, in the palettes that it says it has, and keeps pictures of it in artifacts/screenshots.
   * Palettes differ in contrast alone: the first is looked at wholly.
   */
  async isFit(name) {
    const { page } = this;
    mkdirSync(screenshots, { recursive: true });
    const palettes = await page.locator('meta[name=color-scheme]').getAttribute('content');
    await page.evaluate(axe);
    for (const colorScheme of palettes.split(' ')) {
      await page.emulateMedia({ colorScheme });
      const rules = colorScheme === palettes.split(' ')[0] ? {} : { runOnly: ['color-contrast'] };
      const { violations } = await page.evaluate(rules => globalThis.axe.run({ resultTypes: ['violations'], ...rules }), rules);
      assert.deepEqual(violations.map(({ id, help, nodes }) => ({ id, help, nodes: nodes.map(node => `${node.html} ${node.failureSummary}`) })), [],
        `${name}, ${colorScheme}, is accessible`);
      await page.screenshot({ path: `${screenshots}${name}-${colorScheme}.png`, fullPage: true });
    }
    await page.setViewportSize(narrow);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    await page.screenshot({ path: `${screenshots}${name}-narrow.png`, fullPage: true });
    await page.setViewportSize(wide);
    assert(width <= narrow.width, `${name} is ${width} px wide on a screen of ${narrow.width} px`);
    await page.emulateMedia({ colorScheme: 'light' });
    const weight = await page.evaluate(() => [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
      .reduce((sum, entry) => sum + entry.decodedBodySize, 0));
    assert(weight > 0 && weight < heaviest, `${name} weighs ${weight} bytes`);
  }
}
