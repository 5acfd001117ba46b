import type { Advice } from './advice.ts'

/** Faults of who may connect. `{clients}` is a value of the setting CLIENTS that keeps whom it admits today. */
export const ADMISSION_ADVICE = {
  'chatgpt-redirect-refused': {
    means: 'The server does not send people back to ChatGPT, so that no connection can be finished.',
    fix: `CLIENTS must name chatgpt, beside whom else it admits today:
  azd env set CLIENTS "{clients}"
  azd provision platform`,
  },
  'clients-missing': {
    means: 'People cannot connect these clients, or not in every way that they try.',
    fix: `Name them in CLIENTS:
  azd env set CLIENTS "{clients}"
  azd provision platform
  npm run doctor -- {url} --clients "{clients}"`,
  },
  'clients-surplus': {
    means:
      'More clients may connect than those that you gave. Whoever signs in through them works with their own rights.',
    fix: `Name in CLIENTS whom you mean, and look again:
  azd env set CLIENTS "{clients}"
  azd provision platform
  npm run doctor -- {url} --clients "{clients}"
Who is still admitted then stands in a list of its own, REDIRECT_URI_ALLOW_LIST or LOOPBACK_REDIRECTS, which this shows; take it out there:
  azd env get-values`,
  },
  'client-half-admitted': {
    means: 'Some of what these clients need is admitted and some not, so people meet refusals that depend on the way.',
    fix: `Admit them wholly, which CLIENTS does by name:
  azd env set CLIENTS "{clients}"
  azd provision platform
Or take what they have out of REDIRECT_URI_ALLOW_LIST or LOOPBACK_REDIRECTS, which this shows:
  azd env get-values`,
  },
  'any-loopback-admitted': {
    means: 'Any program that runs on a person’s machine may ask for codes there (LOOPBACK_REDIRECTS=true).',
    fix: `Name the clients in place of it; these keep the known ones:
  azd env set CLIENTS "{clients}"
  azd env set LOOPBACK_REDIRECTS=
  azd provision platform`,
  },
  'chunked-refused-before-challenge': {
    means:
      'A client that sends bodies in chunks (the C# SDK) never learns that it must sign in: it sees a fault of HTTP.',
    fix: `Deploy the current version, and let nothing in front ask for a Content-Length.\n  azd deploy`,
  },
  'chunked-failed': {
    means:
      'Bodies in chunks are neither taken nor refused as the app refuses them (411): something in front breaks them.',
    fix: `Let the proxy in front pass bodies in chunks on, or gather them; clients that send a length do not mind.
  npm run doctor -- {url}`,
  },
} as const satisfies Record<string, Advice>
