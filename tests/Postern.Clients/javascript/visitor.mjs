// A browser without scripts: keeps cookies, follows redirects until somebody else's address, fills in forms.
import assert from 'node:assert/strict';
import { password } from './postern.mjs';

const mostRedirects = 10;

export class Visitor {
  #cookies = new Map();

  /** @param elsewhere what addresses begin with that are not opened, since they are the application's. */
  constructor(elsewhere = 'http://localhost:3999') {
    Object.assign(this, { elsewhere, url: null, status: 0, html: '' });
  }

  /** What the application was given, by the query and by the fragment. */
  get given() {
    assert(this.url.href.startsWith(this.elsewhere), `the application's address, not ${this.url.href}: ${this.html}`);
    return { ...Object.fromEntries(this.url.searchParams), ...Object.fromEntries(new URLSearchParams(this.url.hash.slice(1))) };
  }

  async open(url, body = undefined) {
    let request = { method: body ? 'POST' : 'GET', body };
    for (let redirects = 0; redirects <= mostRedirects; redirects++) {
      this.url = new URL(url, this.url ?? undefined);
      this.html = '';
      if (this.url.href.startsWith(this.elsewhere))
        return;
      const headers = { Cookie: this.#jar().map(([name, value]) => `${name}=${value}`).join('; ') };
      const answer = await fetch(this.url, { ...request, headers, redirect: 'manual' });
      this.#keep(answer.headers.getSetCookie());
      [this.status, this.html] = [answer.status, await answer.text()];
      if (!answer.headers.has('location'))
        return;
      [url, request] = [answer.headers.get('location'), { method: 'GET' }];
    }
    assert.fail(`more than ${mostRedirects} redirects, the last to ${this.url}`);
  }

  /** Sends a form of the page, its hidden fields included. */
  async submit(fields = {}, index = 0) {
    const form = [...this.html.matchAll(/(<form[^>]*>)(.*?)<\/form>/gs)][index];
    assert(form, `a form at ${this.url}: ${this.html}`);
    const values = {};
    for (const [input] of form[2].matchAll(/<input[^>]*>/g)) {
      if (attribute(input, 'name') && !['submit', 'checkbox', 'radio'].includes(attribute(input, 'type')))
        values[attribute(input, 'name')] = attribute(input, 'value') ?? '';
    }
    await this.open(attribute(form[1], 'action') ?? this.url, new URLSearchParams({ ...values, ...fields }));
  }

  /** Opens an address, and signs in on the page that it leads to. */
  async signIn(url, username, secret = password) {
    await this.open(url);
    await this.submit({ username, password: secret });
    return this.given;
  }

  #jar() {
    const jar = this.#cookies.get(this.url.host) ?? this.#cookies.set(this.url.host, new Map()).get(this.url.host);
    return [...jar];
  }

  #keep(cookies) {
    const jar = this.#cookies.get(this.url.host);
    for (const cookie of cookies) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie);
      const expires = /expires=([^;]+)/i.exec(cookie)?.[1];
      if (expires && new Date(expires.replaceAll('-', ' ')) < new Date())
        jar.delete(name);
      else
        jar.set(name, value);
    }
  }
}

function attribute(tag, name) {
  const found = new RegExp(`\\s${name}="([^"]*)"`).exec(tag);
  return found?.[1].replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (_, hex, decimal, named) =>
    named ? { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }[named] : String.fromCodePoint(hex ? parseInt(hex, 16) : Number(decimal)));
}
