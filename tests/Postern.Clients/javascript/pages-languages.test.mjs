// The pages in the languages of managed login, in Debian's chromium: their words have room on a narrow screen.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { Browser } from './browser/visits.mjs';
import { mfa, password, user } from './postern.mjs';

const languages = ['de', 'es', 'fr', 'id', 'it', 'ja', 'ko', 'pt-BR', 'zh-CN', 'zh-TW'];
const required = ['given_name', 'family_name', 'birthdate', 'preferred_username', 'phone_number', 'zoneinfo', 'locale'];
let browser;
before(async () => { browser = await Browser.start(); });
afterEach(() => browser.leave());
after(() => browser?.stop());

for (const lang of ['de', 'ja'])
  test(`sign-up, sign-in and the set-up of an app are fit for everyone in ${lang}`, async () => {
    const visit = await browser.visit();
    await walk(await site(), visit, lang, page => visit.isFit(`${lang}-${page}`));
  });

test('no page is wider than a narrow screen, and no button cuts its words, in any language', async () => {
  const made = await site();
  for (const lang of languages) {
    const visit = await browser.visit({ viewport: { width: 320, height: 900 } });
    await walk(made, visit, lang, async page => assert.deepEqual(await visit.page.evaluate(tooWide), [], `${lang}-${page}`));
  }
});

async function site() {
  const made = await browser.site({ settings: { Schema: required.map(Name => ({ Name, Required: true, Mutable: true })) } });
  await mfa(made.userPoolId, { MfaConfiguration: 'ON', SoftwareTokenMfaConfiguration: { Enabled: true } });
  await user(made.userPoolId, 'alice');
  return made;
}

/** Goes through pages, and looks at each. */
async function walk({ at }, visit, lang, look) {
  await visit.open(at('/signup', { lang }));
  await look('sign-up');
  await visit.open(at('/forgotPassword'));
  await look('forgot');
  await visit.open(at());
  await look('sign-in');
  await visit.submit({ username: 'alice', password: 'wrong' });
  assert.notEqual(await visit.problem(), 'Incorrect username or password.');
  await look('sign-in-wrong');
  await visit.submit({ password });
  await look('app-set-up');
  assert.equal(await visit.page.locator('html').getAttribute('lang'), lang);
}

/** What reaches beyond the screen, is cut, or lies over what is typed; in the page. */
function tooWide() {
  const boxes = [...document.querySelectorAll('main *')].filter(element => {
    const { left, right, width } = element.getBoundingClientRect();
    return width > 0 && (left < -0.5 || right > innerWidth + 0.5);
  });
  const cut = [...document.querySelectorAll('button, [type=submit]')].filter(button => button.scrollWidth > button.clientWidth + 1 || button.scrollHeight > button.clientHeight + 1);
  const over = [...document.querySelectorAll('.reveal')].filter(button => {
    const input = button.parentElement.querySelector('input');
    return [document.body.dataset.show, document.body.dataset.hide].some(text => {
      button.textContent = text;
      return button.getBoundingClientRect().left + parseFloat(getComputedStyle(button).paddingLeft) < input.getBoundingClientRect().right - parseFloat(getComputedStyle(input).paddingRight);
    });
  });
  return [...boxes, ...cut, ...over].map(element => element.outerHTML.slice(0, 200));
}
