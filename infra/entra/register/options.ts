import { parseArgs } from 'node:util'
import { Stop } from '../../hooks/run/context.ts'
import { misusedOption } from '../../hooks/run/misused-option.ts'

export type Options = {
  readonly environment: string
  /** Origin of the app, without a slash at its end. */
  readonly baseUrl: string
  /** Object id of the managed identity. */
  readonly principalId: string
  readonly subscriptionId: string | undefined
  readonly tenantId: string | undefined
  /** Object ids or user principal names of who may use /manage. */
  readonly administrators: readonly string[]
  /** Object ids or user principal names of people and groups that may connect. */
  readonly assign: readonly string[]
  readonly everyone: boolean
  readonly grantConsent: boolean
  readonly adopt: boolean
  readonly dryRun: boolean
}

export const USAGE = `Makes, completes or repairs the app registration in Microsoft Entra ID.

  npm run register-app -- --environment <name> --base-url <https://…> --principal-id <guid>

  --environment    name of the azd environment, e.g. contoso-prod
  --base-url       address of the app: azd env get-value PUBLIC_BASE_URL
  --principal-id   the app's managed identity: azd env get-value MANAGED_IDENTITY_PRINCIPAL_ID
  --subscription   id of the Azure subscription: azd env get-value AZURE_SUBSCRIPTION_ID. Tells two environments of one
                   name apart, and finds a registration that the template made
  --administrator  user name or object id of who deploys (again for more): may use /manage and the deep check
  --assign         user name, or object id of a person or a group, that may connect (again for more)
  --everyone       lets everybody in the tenant connect, assigned or not
  --grant-consent  consents for the tenant at once, in place of the address that is printed at the end
  --tenant         id of the tenant, where you have several
  --adopt          takes over a registration of this name that does not look like this deployment's
  --dry-run        only says what it would do

You need az (https://aka.ms/azcli), signed in, and in Entra the role Cloud Application Administrator or Application
Administrator. Running it again changes only what is not as it should be.`

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const ENVIRONMENT = /^[\w.()-]{1,40}$/

export const isGuid = (text: string): boolean => GUID.test(text)

const origin = (text: string): string | undefined => {
  if (!URL.canParse(text)) return undefined
  const url = new URL(text)
  const bare = url.origin === text.replace(/\/$/, '') && url.protocol === 'https:'
  return bare ? url.origin : undefined
}

const read = (args: readonly string[]) => {
  const text = { type: 'string' } as const
  const list = { type: 'string', multiple: true } as const
  const flag = { type: 'boolean' } as const
  const options = {
    environment: text,
    'base-url': text,
    'principal-id': text,
    subscription: text,
    tenant: text,
    administrator: list,
    assign: list,
    everyone: flag,
    'grant-consent': flag,
    adopt: flag,
    'dry-run': flag,
    help: { type: 'boolean', short: 'h' } as const,
  }
  try {
    const { values, tokens } = parseArgs({ args: [...args], options, allowPositionals: false, tokens: true })
    const misused = misusedOption(tokens, ['administrator', 'assign'])
    if (misused !== undefined) throw new Error(misused)
    return values
  } catch (error) {
    throw new Stop(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`)
  }
}

const guidOf = (name: string, text: string | undefined): string | undefined => {
  if (text === undefined || isGuid(text)) return text?.toLowerCase()
  throw new Stop(`--${name} must be an id such as 11111111-2222-3333-4444-555555555555; it is "${text}".`)
}

/** Reads the command line; undefined: help was asked for. Throws a Stop that names each thing that is missing. */
export const readOptions = (args: readonly string[]): Options | undefined => {
  const values = read(args)
  if (values.help === true) return undefined
  const { environment = '', 'base-url': address = '' } = values
  const missing = ['environment', 'base-url', 'principal-id'].filter((name) => !(name in values))
  if (missing.length > 0) throw new Stop(`Missing: ${missing.map((name) => `--${name}`).join(', ')}\n\n${USAGE}`)
  if (!ENVIRONMENT.test(environment))
    throw new Stop(`--environment must be the name of an azd environment; it is "${environment}".`)
  const baseUrl = origin(address)
  if (baseUrl === undefined)
    throw new Stop(`--base-url must be https and an origin: https://host, no path behind it; it is "${address}".`)
  return {
    environment,
    baseUrl,
    principalId: guidOf('principal-id', values['principal-id']) ?? '',
    subscriptionId: guidOf('subscription', values.subscription),
    tenantId: guidOf('tenant', values.tenant),
    administrators: values.administrator ?? [],
    assign: values.assign ?? [],
    everyone: values.everyone ?? false,
    grantConsent: values['grant-consent'] ?? false,
    adopt: values.adopt ?? false,
    dryRun: values['dry-run'] ?? false,
  }
}
