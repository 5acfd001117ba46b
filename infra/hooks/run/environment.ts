import { type Context, Stop } from './context.ts'

/** Which layer's output a value is. */
export const LAYER_OF: Readonly<Record<string, string>> = {
  AZURE_TENANT_ID: 'identity',
  AZURE_RESOURCE_GROUP: 'identity',
  MANAGED_IDENTITY_CLIENT_ID: 'identity',
  MANAGED_IDENTITY_PRINCIPAL_ID: 'identity',
  PUBLIC_BASE_URL: 'identity',
  ENTRA_AUTHORITY_HOST: 'identity',
  ENTRA_CLIENT_ID: 'entra',
  ENTRA_API_SCOPE: 'entra',
  FUNCTION_APP_NAME: 'platform',
  KEY_VAULT_NAME: 'platform',
  KEY_VAULT_URL: 'platform',
  TOKEN_ACCOUNT_NAME: 'platform',
  TABLES_ENDPOINT: 'platform',
  MCP_URL: 'platform',
}
const HOW_TO_SET: Readonly<Record<string, string>> = {
  AZURE_SUBSCRIPTION_ID: 'azd env set AZURE_SUBSCRIPTION_ID <id, see: az account list --output table>',
  DATAVERSE_URL: 'azd env set DATAVERSE_URL https://<organisation>.crm4.dynamics.com',
}

/** A value of the azd environment, trimmed; an empty one counts as absent. */
export const optional = ({ env }: Pick<Context, 'env'>, name: string): string | undefined => {
  const value = env[name]?.trim()
  return value === '' ? undefined : value
}

/**
 * A value that the step cannot do without.
 * @throws Stop naming the command that makes it
 */
export const required = (context: Pick<Context, 'env'>, name: string): string => {
  const value = optional(context, name)
  if (value !== undefined) return value
  const layer = LAYER_OF[name]
  if (layer !== undefined)
    throw new Stop(`${name} is not known: layer "${layer}" makes it. Run it, then this step again:`, [
      `azd provision ${layer} --no-state`,
    ])
  throw new Stop(`${name} is not set:`, [HOW_TO_SET[name] ?? `azd env set ${name} <value>`])
}

/**
 * A number of seconds, in milliseconds.
 * @throws Stop when it is not a whole number of seconds
 */
export const seconds = (context: Pick<Context, 'env'>, name: string, fallback: number): number => {
  const text = optional(context, name) ?? String(fallback)
  if (!/^\d{1,5}$/.test(text))
    throw new Stop(`${name} is a whole number of seconds, not "${text}":`, [`azd env set ${name} ${String(fallback)}`])
  return Number(text) * 1000
}
