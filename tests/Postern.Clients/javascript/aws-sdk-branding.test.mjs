// The AWS SDK for JavaScript v3 dresses managed login: styles with their images, and the links to terms.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CreateManagedLoginBrandingCommand, CreateTermsCommand, DeleteManagedLoginBrandingCommand, DeleteTermsCommand, DescribeManagedLoginBrandingByClientCommand,
  DescribeManagedLoginBrandingCommand, DescribeTermsByClientCommand, DescribeTermsCommand, InvalidParameterException, ListTermsCommand,
  ManagedLoginBrandingExistsException, ResourceNotFoundException, TermsExistsException, UpdateManagedLoginBrandingCommand, UpdateTermsCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { client, pool, userPools } from './postern.mjs';

const send = command => userPools.send(command);
const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>');

test('the SDK v3 makes a style with an image, changes a part of it and reads it with every default', async () => {
  const UserPoolId = await pool();
  const ClientId = await client(UserPoolId);
  await assert.rejects(send(new DescribeManagedLoginBrandingByClientCommand({ UserPoolId, ClientId })), ResourceNotFoundException);
  await assert.rejects(send(new CreateManagedLoginBrandingCommand({ UserPoolId, ClientId })), InvalidParameterException);
  const { ManagedLoginBranding: made } = await send(new CreateManagedLoginBrandingCommand({
    UserPoolId, ClientId, Settings: { components: { primaryButton: { lightMode: { defaults: { backgroundColor: '7b2cbfff' } } } } },
    Assets: [{ Category: 'FORM_LOGO', ColorMode: 'DYNAMIC', Extension: 'SVG', Bytes: svg }],
  }));
  assert.deepEqual(Buffer.from(made.Assets[0].Bytes), svg);
  await assert.rejects(send(new CreateManagedLoginBrandingCommand({ UserPoolId, ClientId, UseCognitoProvidedValues: true })), ManagedLoginBrandingExistsException);

  const { ManagedLoginBrandingId } = made;
  await send(new UpdateManagedLoginBrandingCommand({ UserPoolId, ManagedLoginBrandingId, Settings: { components: { form: { borderRadius: 2 } } } }));
  const { ManagedLoginBranding: set } = await send(new DescribeManagedLoginBrandingByClientCommand({ UserPoolId, ClientId }));
  assert.deepEqual(set.Settings, { components: { primaryButton: { lightMode: { defaults: { backgroundColor: '7b2cbfff' } } }, form: { borderRadius: 2 } } });
  assert.equal(set.Assets.length, 1);
  const { ManagedLoginBranding: merged } = await send(new DescribeManagedLoginBrandingCommand({ UserPoolId, ManagedLoginBrandingId, ReturnMergedResources: true }));
  assert.equal(merged.Settings.components.primaryButton.lightMode.defaults.backgroundColor, '7b2cbfff');
  assert.equal(merged.Settings.components.primaryButton.lightMode.defaults.textColor, 'ffffffff');
  assert.equal(merged.Settings.categories.global.colorSchemeMode, 'LIGHT');

  await send(new DeleteManagedLoginBrandingCommand({ UserPoolId, ManagedLoginBrandingId }));
  await assert.rejects(send(new DescribeManagedLoginBrandingCommand({ UserPoolId, ManagedLoginBrandingId })), ResourceNotFoundException);
});

test('the SDK v3 links a client to its terms of use and its privacy policy', async () => {
  const UserPoolId = await pool();
  const ClientId = await client(UserPoolId);
  const create = (TermsName, Links = { 'cognito:default': `https://app.example/${TermsName}` }) =>
    send(new CreateTermsCommand({ UserPoolId, ClientId, TermsName, TermsSource: 'LINK', Enforcement: 'NONE', Links }));
  const { Terms: use } = await create('terms-of-use');
  await create('privacy-policy');
  await assert.rejects(create('terms-of-use'), TermsExistsException);
  await assert.rejects(create('terms-of-use', { 'cognito:default': 'http://app.example' }), InvalidParameterException);
  const { TermsId } = use;
  const links = { 'cognito:default': 'https://app.example/use', 'cognito:japanese': 'https://app.example/ja' };
  await send(new UpdateTermsCommand({ UserPoolId, TermsId, Links: links }));
  const { Terms: shown } = await send(new DescribeTermsByClientCommand({ UserPoolId, ClientId, TermsName: 'terms-of-use' }));
  assert.deepEqual(shown.Links, links);
  assert(shown.CreationDate instanceof Date);
  assert.equal((await send(new ListTermsCommand({ UserPoolId }))).Terms.length, 2);
  await send(new DeleteTermsCommand({ UserPoolId, TermsId }));
  await assert.rejects(send(new DescribeTermsCommand({ UserPoolId, TermsId })), ResourceNotFoundException);
});
