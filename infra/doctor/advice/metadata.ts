import type { Advice } from './advice.ts'

const REDEPLOY = `Deploy the current version:
  azd deploy
If it stays, something in front changes what the app writes: switch off rewriting and caching in the proxy for /.well-known/*.`
const PASS = `Let the proxy in front pass the path on unchanged; without one, deploy the current version.
  azd deploy`

/** Faults of the challenge and of the three documents. */
export const METADATA_ADVICE = {
  'base-url-mismatch': {
    means:
      'The app believes that it lives at another address. ChatGPT compares addresses byte by byte, and gives up at the first difference.',
    fix: `Give ChatGPT, and the doctor, the address that the app names:
  azd env get-value MCP_URL
If it should live at this address after all, its setting PUBLIC_BASE_URL is wrong; this writes all settings anew. People who connected under the old address must connect anew.
  azd provision platform --no-state`,
  },
  'http-urls': {
    means: 'The server names itself with http: although it is reached by https. ChatGPT refuses such addresses.',
    fix: `The app takes its address from its setting PUBLIC_BASE_URL alone, so that holds http:, or a proxy in front rewrites the answers. This writes all settings anew:
  azd provision platform --no-state`,
  },
  'mcp-open': {
    means: 'The endpoint answered without asking for a token. That must never happen: take it off the Internet now.',
    fix: 'Stop the app (Azure portal → the function app → Stop), then deploy an unchanged version:\n  azd deploy',
  },
  'mcp-missing': { means: 'There is nothing at /mcp, so ChatGPT has nothing to talk to.', fix: PASS },
  'challenge-status': {
    means: 'ChatGPT starts the sign-in only at a 401.',
    fix: PASS,
  },
  'challenge-missing': {
    means: 'A 401 without “WWW-Authenticate: Bearer …” leads nowhere: ChatGPT does not start the sign-in.',
    fix: `Let the proxy in front pass the header WWW-Authenticate on; without one, deploy the current version.
  azd deploy`,
  },
  'challenge-incomplete': {
    means: 'The refusal does not say where the sign-in is described (resource_metadata), so ChatGPT must guess.',
    fix: `Let the proxy in front pass the header WWW-Authenticate on unchanged.\n  azd deploy`,
  },
  'challenge-elsewhere': {
    means: 'The refusal sends ChatGPT to another address for the description of the sign-in.',
    fix: `Let the proxy in front pass the header WWW-Authenticate on unchanged; check the app’s own address:
  azd env get-value PUBLIC_BASE_URL`,
  },
  'get-before-challenge': {
    means:
      'GET /mcp without a token must be 401, too: after a long pause ChatGPT asks so whether its token still holds.',
    fix: PASS,
  },
  'body-refused-before-challenge': {
    means: 'An empty, “{}” or “[]” body without a token must be 401 like any other; ChatGPT sends such bodies.',
    fix: `A proxy or a framework in front looks into the body. Let it pass /mcp unread.\n  azd deploy`,
  },
  'invalid-token-unsaid': {
    means: 'A token that has ended must be answered by 401 with error="invalid_token", or ChatGPT never refreshes it.',
    fix: `Let the proxy in front pass the headers Authorization and WWW-Authenticate on unchanged.\n  azd deploy`,
  },
  'resource-metadata-missing': {
    means: 'ChatGPT reads this document first; without it there is no sign-in.',
    fix: PASS,
  },
  'resource-metadata-root-missing': {
    means: 'ChatGPT asks below /mcp, which works; some other clients ask only here.',
    fix: PASS,
  },
  'resource-metadata-not-json': {
    means: 'Something answers with a page where ChatGPT expects JSON.',
    fix: `Let the proxy or web app in front pass /.well-known/* on to the function app.\n  azd deploy`,
  },
  'resource-mismatch': {
    means: 'The document names another resource than the address that was given; ChatGPT compares byte by byte.',
    fix: REDEPLOY,
  },
  'authorization-servers-wrong': {
    means: 'The document must name this server, and nothing else, as the place to sign in, byte by byte.',
    fix: REDEPLOY,
  },
  'head-not-answered': {
    means: 'ChatGPT was seen to send HEAD before GET to this document.',
    fix: `Let the proxy in front pass HEAD on.\n  azd deploy`,
  },
  'server-metadata-missing': {
    means: 'Without this document ChatGPT reports that the server does not implement OAuth.',
    fix: PASS,
  },
  'server-metadata-not-json': {
    means: 'Something answers with a page where ChatGPT expects JSON.',
    fix: `Let the proxy or web app in front pass /.well-known/* on to the function app.\n  azd deploy`,
  },
  'openid-configuration-missing': {
    means: 'ChatGPT does without this second copy; other clients read only this one.',
    fix: PASS,
  },
  'issuer-mismatch': {
    means:
      'The issuer must be the same bytes everywhere: in both documents and in every answer. A slash at the end or another case is enough for ChatGPT to refuse.',
    fix: REDEPLOY,
  },
  'pkce-missing': {
    means: 'ChatGPT refuses every server whose document does not list S256.',
    fix: REDEPLOY,
  },
  'response-type-missing': { means: 'The document must list the response type “code”.', fix: REDEPLOY },
  'refresh-not-offered': {
    means: 'Without refresh tokens in the list of grant types people must sign in again every hour.',
    fix: REDEPLOY,
  },
  'offline-access-missing': {
    means: 'Without offline_access among the scopes ChatGPT asks for no refresh token: people sign in every hour.',
    fix: REDEPLOY,
  },
  'offline-access-misplaced': {
    means:
      'The scope offline_access belongs into the server’s document alone; here clients read it as needed for each call.',
    fix: REDEPLOY,
  },
  'iss-not-announced': {
    means: 'ChatGPT then uses a return address with a changing part in place of its fixed one, and trusts less.',
    fix: REDEPLOY,
  },
  'public-clients-missing': {
    means: 'ChatGPT registers without a secret (“none”); a server that does not list it is refused.',
    fix: REDEPLOY,
  },
  'pkce-plain': {
    means: 'The method “plain” sends the secret of PKCE along in the open; this app takes S256 alone.',
    fix: REDEPLOY,
  },
  'scope-missing': {
    means: 'The document does not list the scope dynamics.read, so that clients ask for a token that opens nothing.',
    fix: REDEPLOY,
  },
  'bearer-method-wrong': {
    means: 'Tokens are taken in the header Authorization; the document must say so (bearer_methods_supported).',
    fix: REDEPLOY,
  },
  'server-documents-differ': {
    means: 'Two documents describe the sign-in server, and clients read the one or the other: they must say the same.',
    fix: REDEPLOY,
  },
  'endpoint-missing': {
    means: 'The document lacks an address that ChatGPT needs to go on.',
    fix: REDEPLOY,
  },
  'endpoint-malformed': {
    means: 'An address holds a user name, a fragment, a space or a backslash: clients refuse it, or read another one.',
    fix: REDEPLOY,
  },
  'endpoint-elsewhere': {
    means: 'The document sends ChatGPT, and with it codes and tokens, to another host.',
    fix: REDEPLOY,
  },
} as const satisfies Record<string, Advice>
