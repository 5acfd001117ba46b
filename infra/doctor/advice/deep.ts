import type { Advice } from './advice.ts'

const AGAIN = '  npm run doctor -- {url} --deep'
const LOGS = `Azure portal → Application Insights → Logs shows the reason:
  traces | where message has "request.failed" | order by timestamp desc | take 5`

/** Faults of the check inside the app, and of the token for it. */
export const DEEP_ADVICE = {
  'client-id-missing': {
    means: 'The token for the check is made for the app registration, whose client id is not known here.',
    fix: `Run it in the project's folder with the azd environment selected, or name the id (Entra admin centre → App registrations → Application (client) ID):
  azd env select <environment>
  npm run doctor -- {url} --deep --client-id <client id>`,
  },
  'address-not-trusted': {
    means:
      'The deep check shows an administrator’s token to this address. Whoever sits there could use it at the real app.',
    fix: `Run it in the project's folder with the azd environment of this app selected:
  azd env select <environment>
${AGAIN}
Or, if you are sure that the address is your own app’s, say so:
${AGAIN} --client-id <client id> --trust {origin}`,
  },
  'address-of-another-app': {
    means:
      'The deep check shows an administrator’s token to this address, which is not that of the selected azd environment. No token was fetched or sent.',
    fix: `Give the address that azd printed, or select the environment of this app:
  azd env get-value MCP_URL
  azd env select <environment>
${AGAIN}`,
  },
  'az-missing': {
    means: 'The token for the check comes from the Azure CLI, which is not installed.',
    fix: `Install it from https://aka.ms/azure-cli, sign in, and try again:\n  az login\n${AGAIN}`,
  },
  'az-not-signed-in': {
    means: 'The Azure CLI is not signed in, or in another tenant.',
    fix: `Sign in to the tenant of the app:\n  az login --tenant <tenant id>\n${AGAIN}`,
  },
  'az-not-preauthorised': {
    means: 'Entra gives the Azure CLI no token for this app: the registration does not list it as a trusted client.',
    fix: `The layer “entra” repairs the registration; a new list may take some minutes:\n  azd provision entra --no-state\n${AGAIN}`,
  },
  'az-refused': {
    means: 'The Azure CLI gave no token for this app.',
    fix: `Sign in anew; Entra may want another proof:\n  az login --scope <client id>/MCP.Access\n${AGAIN}`,
  },
  'manage-missing': {
    means: 'The deployed version has no deep check yet.',
    fix: `Deploy the current version:\n  azd deploy\n${AGAIN}`,
  },
  'manage-token-refused': {
    means: 'The app does not accept the token: made for another app, another tenant, or a version 1 token.',
    fix: `Compare the client id with the app's own, then repair the registration:
  azd env get-value ENTRA_CLIENT_ID
  azd provision entra --no-state
${AGAIN}`,
  },
  'administrator-role-missing': {
    means: 'The deep check is for holders of the app role Administrator, and the token does not carry it.',
    fix: `Entra admin centre → Enterprise applications → the app → Users and groups → Add user → role Administrator. The layer “entra” assigns it to whoever deploys:
  azd provision entra --no-state
Tokens are kept for up to an hour, so fetch a new one:
  az logout
  az login
${AGAIN}`,
  },
  'manage-failed': {
    means: 'The app could not finish the check of itself.',
    fix: LOGS,
  },
  'manage-answer-wrong': {
    means: 'What came back is not the answer of this app’s check.',
    fix: `Deploy the current version:\n  azd deploy\n${AGAIN}`,
  },
} as const satisfies Record<string, Advice>
