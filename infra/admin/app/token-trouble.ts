import { NoToken } from '../../doctor/steps/deep-check.ts'
import { Stop } from '../../hooks/run/context.ts'

const AGAIN = 'Then type the same again.'
const SAY_WHICH = [
  'azd env select <environment>',
  'npm run admin -- <command> --url <address> --client-id <client id> --trust <origin>',
]

type Trouble = { readonly means: string; readonly next: readonly string[] }

/** By the codes of the doctor, which gets the same token. */
const TROUBLES: Readonly<Record<string, Trouble>> = {
  'client-id-missing': {
    means: `The client id of the app is not known here. Type it in the project’s folder with the app’s azd environment selected, or say where the app is (Entra admin centre, App registrations, Application (client) ID):`,
    next: SAY_WHICH,
  },
  'address-not-trusted': {
    means:
      'Nothing here says that this address is your app’s, and whoever sits there could use an administrator’s token. No token was fetched. Select the azd environment of the app, or, if you are sure, say so:',
    next: SAY_WHICH,
  },
  'address-of-another-app': {
    means: 'The selected azd environment is of another app. No token was fetched or sent. Select the one of this app:',
    next: ['azd env get-value MCP_URL', 'azd env select <environment>'],
  },
  'az-missing': {
    means: `The token comes from the Azure CLI, which is not there. Install it (https://aka.ms/azure-cli) and sign in. ${AGAIN}`,
    next: ['az login'],
  },
  'az-not-signed-in': {
    means: `The Azure CLI is not signed in, or in another tenant. ${AGAIN}`,
    next: ['az login --tenant <tenant id>'],
  },
  'az-not-preauthorised': {
    means: `Entra gives the Azure CLI no token for this app: the registration does not list it. What mends it may act after some minutes. ${AGAIN}`,
    next: ['azd provision entra --no-state'],
  },
  'az-refused': {
    means: `Entra gave the Azure CLI no token for this app; it may want another proof, or you are not assigned to the app. ${AGAIN}`,
    next: ['az login --scope <client id>/MCP.Access', 'npm run assign -- --administrator <you>'],
  },
}

/** What to do where no token was had. */
export const asStop = (error: unknown): unknown => {
  if (!(error instanceof NoToken)) return error
  const trouble = TROUBLES[error.code]
  return new Stop(`${trouble?.means ?? 'No token was had.'}\n(${error.message})`, trouble?.next ?? [])
}
