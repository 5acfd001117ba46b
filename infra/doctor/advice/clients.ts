import type { Advice } from './advice.ts'

/** Faults of CORS, of registration and of metadata documents. */
export const CLIENT_ADVICE = {
  'cors-missing': {
    means:
      'ChatGPT calls from its servers and does not mind; clients that run in a web page (MCP Inspector) cannot connect.',
    fix: `Switch off CORS rules of the platform or the proxy, which replace the app’s own: Azure portal → the function app → API → CORS → remove every entry.
  npm run doctor -- {url}`,
  },
  'cors-chatgpt-missing': {
    means: 'Pages of chatgpt.com are not admitted to /mcp. ChatGPT’s servers, which do the work, do not mind.',
    fix: `If ChatGPT is left out on purpose, all is well. Else CLIENTS must name it, beside whom else it admits today:
  azd env set CLIENTS "{clients}"
  azd provision platform`,
  },
  'foreign-origin-accepted': {
    means: 'A page on any other web site may call /mcp from a browser, which is how DNS rebinding attacks begin.',
    fix: `The app refuses it with 403, so something in front removes the header Origin; let it pass. Or ALLOWED_ORIGINS names too much:
  azd env get-value ALLOWED_ORIGINS`,
  },
  'registration-closed': {
    means:
      'The server admits no new client: neither may one register, nor be named by its metadata document. Existing connections go on; a new one in ChatGPT needs a client id typed in by hand.',
    fix: `Open one of the two ways:
  azd env set CLIENT_ID_METADATA_DOCUMENTS on
  azd env set REGISTRATION open
  azd provision platform`,
  },
  'registration-refused': {
    means: 'The server lists an address for registration and refuses a registration as ChatGPT sends it.',
    fix: `Deploy the current version, which accepts it.\n  azd deploy`,
  },
  'registration-failed': {
    means: 'The registration met a fault in the app or in front of it, so ChatGPT cannot be added.',
    fix: `Azure portal → Application Insights → Logs shows the reason:
  traces | where message has "request.failed" | order by timestamp desc | take 5`,
  },
  'registration-limit': {
    means: 'Too many registrations from this address.',
    fix: `Wait ten minutes and try again:
  npm run doctor -- {url}`,
  },
  'foreign-redirect-accepted': {
    means:
      'The server would send people, and with them the codes that open their CRM, to a stranger’s web site. Treat this as an incident.',
    fix: `Empty the list of addresses, so that the known clients of CLIENTS alone are admitted; add others again one by one:
  azd env set REDIRECT_URI_ALLOW_LIST=
  azd provision platform --no-state`,
  },
  'registration-incomplete': {
    means: 'The answer lacks what ChatGPT needs (client id, its redirect address, the method “none”).',
    fix: `Deploy the current version, and let nothing in front rewrite answers.\n  azd deploy`,
  },
  'client-document-refused': {
    means:
      'The server offers to read metadata documents, which ChatGPT then prefers, and refuses ChatGPT’s own. New connections fail.',
    fix: `CLIENTS must name chatgpt, beside whom else it admits today; or stop offering documents, and ChatGPT registers instead:
  azd env set CLIENTS "{clients}"
  azd provision platform
or
  azd env set CLIENT_ID_METADATA_DOCUMENTS off
  azd provision platform`,
  },
  'client-document-unreachable': {
    means:
      'The app could not read ChatGPT’s metadata document at chatgpt.com just now. If that lasts, new connections fail, since ChatGPT prefers this way wherever it is offered.',
    fix: `Try again in a minute. If it stays, let the app out to https://chatgpt.com (its network may forbid it), or stop offering documents; ChatGPT then registers instead:
  azd env set CLIENT_ID_METADATA_DOCUMENTS off
  azd provision platform`,
  },
} as const satisfies Record<string, Advice>
