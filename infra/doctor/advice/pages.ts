import type { Advice } from './advice.ts'

const HEADERS = `Let the proxy in front pass the app’s headers on unchanged; without one, deploy the current version.
  azd deploy`

/** Faults of the consent page, of the answers to the client, and of the token and revocation endpoints. */
export const PAGE_ADVICE = {
  'authorize-failed': {
    means: 'People who connect ChatGPT see an error in place of the page that asks them.',
    fix: `Azure portal → Application Insights → Logs shows the reason:
  traces | where message has "request.failed" | order by timestamp desc | take 5`,
  },
  'consent-cookie-missing': {
    means: 'Without its cookie (“__Host-…”, Secure, HttpOnly, SameSite=Lax, Path=/) the page’s “Continue” is refused.',
    fix: `Let the proxy in front pass Set-Cookie on unchanged: no Domain, no other name or path.\n  azd deploy`,
  },
  'csp-missing': {
    means: 'Without “frame-ancestors” another site could lay the page under its own and steal the click on “Continue”.',
    fix: HEADERS,
  },
  'csp-scripts': {
    means: 'The page’s policy lets any script run (or names none): one that slips in could press “Continue” by itself.',
    fix: HEADERS,
  },
  'page-type-wrong': {
    means: 'Browsers show the page as its Content-Type says; as anything but text/html nobody can press “Continue”.',
    fix: HEADERS,
  },
  'tokens-cacheable': {
    means: 'Without “Cache-Control: no-store” a cache on the way may keep tokens and hand them to somebody else.',
    fix: HEADERS,
  },
  'csp-form-action': {
    means:
      'A policy with “form-action” stops “Continue”: Chromium applies it to every address that the form leads on to.',
    fix: `Something in front adds its own Content-Security-Policy. Let it leave /oauth/* alone.\n  azd deploy`,
  },
  'page-cacheable': {
    means: 'The page is made for one person and one connection; a cache could show it to somebody else.',
    fix: HEADERS,
  },
  'referrer-policy': {
    means: 'With another Referrer-Policy than same-origin, browsers hide where the form came from, and it is refused.',
    fix: HEADERS,
  },
  'open-redirect': {
    means: 'The server sends people on to an address that the client never registered. Treat this as an incident.',
    fix: 'Deploy an unchanged version:\n  azd deploy',
  },
  'unknown-client-accepted': {
    means: 'The page appears for a client that nobody registered.',
    fix: 'Deploy an unchanged version:\n  azd deploy',
  },
  'errors-not-returned': {
    means: 'A faulty request of a known client must be sent back to it with the error; ChatGPT else waits for ever.',
    fix: HEADERS,
  },
  'iss-missing': {
    means: 'The server promises its name (iss) in every answer, errors too. ChatGPT refuses an answer without it.',
    fix: `Let nothing in front rewrite the header Location; without a proxy, deploy the current version.\n  azd deploy`,
  },
  'iss-wrong': {
    means: 'The name in the answer (iss) is not, byte by byte, the issuer. ChatGPT refuses such an answer.',
    fix: `Let nothing in front rewrite the header Location; check the app’s own address:
  azd env get-value PUBLIC_BASE_URL`,
  },
  'state-changed': {
    means: 'The answer does not carry the client’s “state” as it was sent. Every client refuses that.',
    fix: `Let nothing in front rewrite the header Location.\n  azd deploy`,
  },
  'pkce-not-required': {
    means: 'A request without PKCE was accepted; a stolen code could then be used by the thief.',
    fix: 'Deploy an unchanged version:\n  azd deploy',
  },
  'token-endpoint-failed': {
    means: 'People sign in, and then ChatGPT gets no token: it says that the connection failed.',
    fix: `Azure portal → Application Insights → Logs shows the reason:
  traces | where message has "request.failed" | order by timestamp desc | take 5`,
  },
  'token-answer-wrong': {
    means: 'A made-up code must be refused with 400 “invalid_grant” as JSON. Something else answers there.',
    fix: `Let the proxy in front pass POST /oauth/token on unchanged.\n  azd deploy`,
  },
  'made-up-code-accepted': {
    means: 'The server gave tokens for a code that the doctor made up. Take it off the Internet now.',
    fix: 'Stop the app (Azure portal → the function app → Stop), then deploy an unchanged version:\n  azd deploy',
  },
  'revocation-missing': {
    means: 'When somebody disconnects in ChatGPT, it has no address to end the connection at.',
    fix: 'Deploy the current version:\n  azd deploy',
  },
  'revocation-failed': {
    means: 'When somebody disconnects in ChatGPT, the connection is not ended here.',
    fix: `Let the proxy in front pass POST /oauth/revoke on unchanged; else look at Application Insights → Logs:
  traces | where message has "request.failed" | order by timestamp desc | take 5`,
  },
} as const satisfies Record<string, Advice>
