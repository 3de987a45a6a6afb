// The script of an application whose users sign in on the pages: Amplify as a bundler puts it there.
import { Amplify } from 'aws-amplify';
import 'aws-amplify/auth/enable-oauth-listener';
import * as auth from 'aws-amplify/auth';
import { Hub } from 'aws-amplify/utils';

window.auth = auth;
window.heard = [];
window.answered = new Promise(resolve => Hub.listen('auth', ({ payload }) => {
  window.heard.push([payload.event, String(payload.data?.error ?? payload.data ?? '')]);
  if (payload.event.startsWith('signInWithRedirect'))
    resolve(payload.event);
}));

// What the test configures is kept for the page's next life, after the redirect.
const configured = JSON.parse(localStorage.getItem('configuration'));
if (configured)
  Amplify.configure(configured);
window.configure = async settings => {
  localStorage.setItem('configuration', JSON.stringify(settings));
  Amplify.configure(settings);
};
