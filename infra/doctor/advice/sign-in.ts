import type { Advice } from './advice.ts'

const LOGS = `Azure portal → Application Insights → Logs shows the reason:
  traces | where message has "signin.failed" or message has "request.failed" | order by timestamp desc | take 5`

/** Faults of a real sign-in and of what follows it. */
export const SIGN_IN_ADVICE = {
  'loopback-refused': {
    means:
      'The server sends nobody back to a program on a computer, which is right for ChatGPT. The doctor’s own sign-in needs it for some minutes.',
    fix: `Admit the doctor's path, and take it away again afterwards:
  azd env set LOOPBACK_REDIRECTS /doctor/callback
  azd provision platform
  npm run doctor -- {url} --sign-in
  azd env set LOOPBACK_REDIRECTS=
  azd provision platform`,
  },
  'doctor-not-registered': {
    means: 'The doctor signs in as a client of its own, and clients may not register here (REGISTRATION=closed).',
    fix: `Open registration for the trial, and close it again afterwards:
  azd env set REGISTRATION open
  azd env set LOOPBACK_REDIRECTS /doctor/callback
  azd provision platform
  npm run doctor -- {url} --sign-in
  azd env set REGISTRATION closed
  azd env set LOOPBACK_REDIRECTS=
  azd provision platform`,
  },
  'listener-failed': {
    means: 'The doctor could not open a port of its own on 127.0.0.1, where the browser would bring the answer.',
    fix: 'Allow Node to listen on this machine (firewall, container), then:\n  npm run doctor -- {url} --sign-in',
  },
  'sign-in-timeout': {
    means:
      'The browser did not come back. Microsoft keeps its own refusals on its page: look there for a code that begins with AADSTS.',
    fix: `“Need admin approval” or AADSTS90094, AADSTS65001: an administrator must consent once. This prints the address for it:
  azd hooks run postprovision --layer entra
AADSTS50105: assign the person: Entra admin centre → Enterprise applications → the app → Users and groups → Add.
AADSTS50011: the registration lacks this app's address. AADSTS650056, AADSTS90008, AADSTS650053: it lacks permissions. Both are repaired by:
  azd provision entra --no-state
AADSTS700016: ENTRA_CLIENT_ID names no app of this tenant. AADSTS50020, AADSTS50034: choose your work account.
AADSTS53003 and the like: a rule of Conditional Access; the sign-in log in Entra names it.
No code at all: the page was closed or left alone. Then:
  npm run doctor -- {url} --sign-in`,
  },
  'sign-in-refused': {
    means: 'The sign-in was refused; the last page in the browser says why, with Microsoft’s code where there is one.',
    fix: `Look its correlation id up in Entra admin centre → Sign-in logs. ${LOGS}`,
  },
  'sign-in-cancelled': {
    means: 'The sign-in was cancelled, or its page was left open for too long.',
    fix: 'Run it again, and press Continue:\n  npm run doctor -- {url} --sign-in',
  },
  'answer-without-code': {
    means: 'The browser came back with neither a code nor an error.',
    fix: `Let nothing in front rewrite the header Location.\n  azd deploy`,
  },
  'code-refused': {
    means: 'The server sent a code and then refused it. A sign-in that took longer than two minutes after it looks so.',
    fix: `Try once more; if it stays: ${LOGS}`,
  },
  'token-answer-incomplete': {
    means: 'The token answer lacks what ChatGPT needs (access token, type Bearer, lifetime).',
    fix: 'Deploy the current version, and let nothing in front rewrite answers:\n  azd deploy',
  },
  'refresh-token-missing': {
    means: 'Without a refresh token people must sign in again every hour.',
    fix: 'Deploy the current version, and let nothing in front rewrite answers:\n  azd deploy',
  },
  'fresh-token-refused': {
    means: 'The server refuses a token that it has just given.',
    fix: `Let the proxy in front pass the header Authorization on to /mcp. Else: ${LOGS}`,
  },
  'mcp-failed': {
    means: 'The sign-in works, and then the MCP endpoint does not answer as it should.',
    fix: LOGS,
  },
  'tools-missing': {
    means: 'The server offers other tools than this version of the project; ChatGPT would show those.',
    fix: 'Deploy the current version, then press Refresh at the app in ChatGPT’s settings:\n  azd deploy',
  },
  'tool-failed': {
    means: 'The sign-in works, and Dynamics 365 refuses what was asked as this person.',
    fix: `Check the person in Power Platform admin centre → the environment → Users: enabled, with a security role that may read. DATAVERSE_URL must name that environment:
  azd env get-value DATAVERSE_URL`,
  },
  'refresh-refused': {
    means: 'ChatGPT refreshes its token every hour. As it is, people would have to sign in again every hour.',
    fix: LOGS,
  },
  'revoke-without-effect': {
    means: 'After “Disconnect” the old tokens still open the CRM.',
    fix: `Deploy an unchanged version; until then sign the person out in Entra (Users → the person → Revoke sessions).\n  azd deploy`,
  },
} as const satisfies Record<string, Advice>
