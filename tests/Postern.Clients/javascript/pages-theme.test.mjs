// The looks that administrators give the pages, in Debian's chromium: they are seen, within the policy, and as accessible as the stock ones.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { CreateIdentityProviderCommand, CreateManagedLoginBrandingCommand, SetUICustomizationCommand, UpdateUserPoolClientCommand } from '@aws-sdk/client-cognito-identity-provider';
import { Browser } from './browser/visits.mjs';
import { userPools } from './postern.mjs';

const drawing = (width, height, color) =>
  Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="${width}" height="${height}" fill="${color}"/></svg>`);
const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAEElEQVR4nGPotlIAIgYIBQAaxgOVXvfLZAAAAABJRU5ErkJggg==', 'base64');
const image = (Category, ColorMode, Bytes) => ({ Category, ColorMode, Extension: 'SVG', Bytes });
const shades = (lightMode, darkMode) => ({ lightMode, darkMode });

let browser;
before(async () => { browser = await Browser.start(); });
afterEach(() => browser.leave());
after(() => browser?.stop());

test('managed login shows a style: colours of both modes, images, places, providers below with their icons', async () => {
  const made = await site(2);
  await userPools.send(new CreateManagedLoginBrandingCommand({
    UserPoolId: made.userPoolId, ClientId: made.clientId,
    Settings: {
      categories: {
        auth: { authMethodOrder: [[{ display: 'INPUT', type: 'USERNAME_PASSWORD' }, { display: 'BUTTON', type: 'FEDERATED' }]] },
        form: { location: { horizontal: 'START', vertical: 'CENTER' } },
        global: { colorSchemeMode: 'DYNAMIC', pageHeader: { enabled: true }, pageFooter: { enabled: true }, spacingDensity: 'COMPACT' },
      },
      componentClasses: { buttons: { borderRadius: 22 } },
      components: {
        form: { borderRadius: 24, logo: { enabled: true, formInclusion: 'OUT' } },
        pageBackground: shades({ color: 'fff4e6ff' }, { color: '20140aff' }),
        pageHeader: { logo: { enabled: true } },
        primaryButton: shades({ defaults: { backgroundColor: '8a2be2ff', textColor: 'ffffffff' } }, { defaults: { backgroundColor: 'd8b4feff', textColor: '000716ff' } }),
      },
    },
    Assets: [
      image('FORM_LOGO', 'LIGHT', drawing(200, 40, '#111')), image('FORM_LOGO', 'DARK', drawing(201, 40, '#eee')), image('PAGE_HEADER_LOGO', 'DYNAMIC', drawing(100, 30, '#666')),
      image('PAGE_BACKGROUND', 'DARK', drawing(400, 300, '#20140a')), { ...image('IDP_BUTTON_ICON', 'DYNAMIC', drawing(20, 20, '#08f')), ResourceId: 'Contoso' },
    ],
  }));
  const visit = await browser.visit();
  await visit.open(made.at('/login'));
  await visit.isFit('managed-styled');
  // Back in the light palette, the browser is still fetching the logo of that.
  await visit.page.reload();
  const seen = () => visit.page.evaluate(() => {
    const style = element => getComputedStyle(document.querySelector(element));
    const logo = document.querySelector('.logo img');
    return {
      page: style('body').backgroundColor, image: style('body').backgroundImage.includes('/assets/image?'), button: style('.submitButton-customizable').backgroundColor,
      radius: style('main').borderTopLeftRadius, logo: logo.naturalWidth, header: document.querySelector('header img').naturalWidth,
      icon: document.querySelector('.provider-icon').naturalWidth, left: document.querySelector('main').getBoundingClientRect().left < 200,
      below: document.querySelector('[name=Contoso]').getBoundingClientRect().top > document.querySelector('[name=password]').getBoundingClientRect().top,
    };
  });
  const both = { radius: '24px', header: 100, icon: 20, left: true, below: true };
  assert.deepEqual(await seen(), { ...both, page: 'rgb(255, 244, 230)', image: false, button: 'rgb(138, 43, 226)', logo: 200 });
  await visit.page.emulateMedia({ colorScheme: 'dark' });
  await visit.page.reload();
  assert.deepEqual(await seen(), { ...both, page: 'rgb(32, 20, 10)', image: true, button: 'rgb(216, 180, 254)', logo: 201 });
  await visit.open(made.at('/signup'));
  await visit.isFit('managed-styled-sign-up');
});

test('the classic pages show CSS and a logo', async () => {
  const made = await site(1);
  await userPools.send(new SetUICustomizationCommand({
    UserPoolId: made.userPoolId, ImageFile: png,
    CSS: '.banner-customizable{background-color:#f3e9dc} .submitButton-customizable{background-color:#8b3a20;border-radius:20px} .submitButton-customizable:hover{background-color:#5f2713} .idpButton-customizable{background-color:#1b2a41}',
  }));
  const visit = await browser.visit();
  await visit.open(made.at('/login'));
  await visit.isFit('classic-customized');
  assert.deepEqual(await visit.page.evaluate(() => {
    const style = element => getComputedStyle(document.querySelector(element));
    return [style('.banner-customizable').backgroundColor, style('.submitButton-customizable').backgroundColor, document.querySelector('.logo-customizable').naturalWidth];
  }), ['rgb(243, 233, 220)', 'rgb(139, 58, 32)', 2]);
});

/** A client whose users may also come from another provider. */
async function site(version) {
  const made = await browser.site({ version });
  const UserPoolId = made.userPoolId;
  await userPools.send(new CreateIdentityProviderCommand({
    UserPoolId, ProviderName: 'Contoso', ProviderType: 'OIDC', ProviderDetails: {
      client_id: 'a', client_secret: 'b', authorize_scopes: 'openid', oidc_issuer: 'https://idp.example', attributes_request_method: 'GET',
      authorize_url: 'https://idp.example/a', token_url: 'https://idp.example/t', attributes_url: 'https://idp.example/u', jwks_uri: 'https://idp.example/j',
    },
  }));
  await userPools.send(new UpdateUserPoolClientCommand({
    UserPoolId, ClientId: made.clientId, SupportedIdentityProviders: ['COGNITO', 'Contoso'], CallbackURLs: [made.callback], AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: ['code'], AllowedOAuthScopes: ['openid'],
  }));
  return made;
}
