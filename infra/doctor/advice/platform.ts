import type { Advice } from './advice.ts'

const AGAIN = '  npm run doctor -- {url}'

/** Answers that are not the app's own. */
export const PLATFORM_ADVICE = {
  redirected: {
    means: 'Something in front of the app sends callers elsewhere. ChatGPT’s servers do not follow it.',
    fix: `Take the redirect rule out of the proxy or of the front door for this host, or give ChatGPT the final address.\n${AGAIN}`,
  },
  'redirected-to-sign-in': {
    means:
      'A sign-in stands in front of the app (App Service authentication, “Easy Auth”, or a proxy with its own login). The app does its sign-in itself, and ChatGPT cannot pass another one.',
    fix: `Switch it off: Azure portal → the function app → Settings → Authentication → remove the identity provider and switch App Service authentication off.\n${AGAIN}`,
  },
  'answers-cached': {
    means:
      'Something in front keeps answers and gives them to others. What the app answers is for one caller, once; kept, a page or a refusal of one person would be shown to another.',
    fix: `Switch caching off in the front door, for all paths of this host, and empty its cache (infra/custom-domain.md has all that must be set in it).\n${AGAIN}`,
  },
  'blocked-by-waf': {
    means:
      'A firewall or bot protection answered in place of the app. It takes ChatGPT’s servers, which run no script, for a bot.',
    fix: `Exempt this host’s paths /mcp, /.well-known/*, /oauth/* and /health from bot protection and challenges (Cloudflare: Security → WAF → Custom rules → Skip; Front Door: WAF policy → an Allow rule before the managed ones). OpenAI publishes its addresses at https://openai.com/chatgpt-connectors.json.\n${AGAIN}`,
  },
  'rate-limited': {
    means:
      'This request was refused, and so many of this network were before it that the app no longer says why. What is valid passes all the same.',
    fix: `Wait {seconds} seconds, then try again.\n${AGAIN}`,
  },
  'ip-restricted': {
    means: 'Access restrictions of the function app let only certain addresses in, and this machine is none of them.',
    fix: `If ChatGPT’s addresses are let in, run the doctor from an address that is, too. Else: Azure portal → the function app → Networking → Public network access → Access restrictions.\n${AGAIN}`,
  },
  'app-stopped': {
    means: 'The function app is stopped.',
    fix: `Azure portal → the function app → Start.\n${AGAIN}`,
  },
  'platform-page': {
    means: 'Azure’s own start page answers: the function app exists, and our code is not on it yet.',
    fix: '  azd deploy',
  },
  'no-functions': {
    means:
      'Nothing answers below this address: the host runs without our functions (“0 functions found”), or the last deployment did not arrive.',
    fix: `Deploy once more:\n  azd deploy\nIf it stays, look in Application Insights → Failures for what stopped the start.`,
  },
  'site-not-found': {
    means: 'Azure knows no running app under this host name.',
    fix: `Compare with the address that azd printed:
  azd env get-value MCP_URL
A name of your own (CUSTOM_BASE_URL) that is not bound looks so, and a front door that passes its own host name on; this says how far the binding is:
  npm run domain`,
  },
  'route-prefix': {
    means: 'The app answers below /api: the deployed host.json is not ours, which sets an empty route prefix.',
    fix: 'Deploy the built app, not the source folder:\n  azd deploy',
  },
  'config-invalid': {
    means: 'The app runs, but its settings are incomplete or wrong, so it refuses everything.',
    fix: `Its log names each bad setting: Azure portal → Application Insights → Logs, with this query:
  union traces, exceptions | where * has "config.invalid" | order by timestamp desc | take 5
Set it right and apply:
  azd env set NAME value
  azd provision platform`,
  },
  'app-unavailable': {
    means: 'The platform answers in place of the app: it is starting, restarting, or its start fails.',
    fix: `Wait two minutes and try again; if it stays, restart it (Azure portal → the function app → Restart).\n${AGAIN}`,
  },
  'storage-or-keys-unavailable': {
    means:
      'The app reports that something it needs does not answer: its table storage or its Key Vault. After a first deployment the rights may need some minutes; keys that were never created look the same.',
    fix: `Ask the app itself which one it is:
  npm run doctor -- {url} --deep
Then create what is missing; the hook makes absent keys and says what it may not do:
  azd provision platform --no-state`,
  },
  'app-failed': {
    means: 'The app met a fault that it did not foresee.',
    fix: `Azure portal → Application Insights → Logs shows the reason:
  traces | where message has "request.failed" | order by timestamp desc | take 5`,
  },
  'not-this-app': {
    means: 'Something else answers at this address: another app, or a page that covers every path.',
    fix: 'Compare with the address that azd printed:\n  azd env get-value MCP_URL',
  },
} as const satisfies Record<string, Advice>
