/** What a value may be, as azd, the templates and Azure read it. Lengths are in characters. */
export type Kind =
  | { readonly kind: 'text'; readonly shortest?: number; readonly longest?: number }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'whole'; readonly least: number; readonly most?: number }
  | { readonly kind: 'one-of'; readonly values: readonly string[] }
  /** `of`: whose id, in words; `placeholder`: what a person types in its place, where they type it at all. */
  | { readonly kind: 'guid'; readonly of: string; readonly placeholder: string }
  /** https and a host alone; `host`: what a person types in its place. */
  | { readonly kind: 'origin'; readonly host: string }
  /** The first day of a month, or empty. */
  | { readonly kind: 'month' }
  /** A private IPv4 range, `10.240.0.0/24`, that holds two of 64 addresses. */
  | { readonly kind: 'range' }
  /** Of Node: none, or each by its name, its value behind `=`. */
  | { readonly kind: 'arguments' }

const BOOLEAN: Kind = { kind: 'boolean' }
const TEXT: Kind = { kind: 'text' }
/** Of what a layer puts out: it is never typed. */
const ID = '<id>'
const HOST = '<host>'

/** Of each variable that is more than any text: as the templates declare it, and what they need and cannot declare. */
export const KINDS: Readonly<Record<string, Kind>> = {
  AZURE_ENV_NAME: { kind: 'text', shortest: 1, longest: 40 },
  AZURE_TENANT_ID: { kind: 'guid', of: 'the id of the tenant', placeholder: ID },
  MANAGED_IDENTITY_CLIENT_ID: { kind: 'guid', of: 'the client id of the managed identity', placeholder: ID },
  MANAGED_IDENTITY_PRINCIPAL_ID: { kind: 'guid', of: 'the object id of the managed identity', placeholder: ID },
  PUBLIC_BASE_URL: { kind: 'origin', host: HOST },
  CUSTOM_BASE_URL: { kind: 'origin', host: '<host of your domain>' },
  FRONT_DOOR_ID: {
    kind: 'guid',
    of: 'the Front Door ID, which the overview of the Azure Front Door shows',
    placeholder: '<Front Door ID>',
  },
  DATAVERSE_URL: { kind: 'origin', host: '<organisation>.crm4.dynamics.com' },
  ENTRA_AUTHORITY_HOST: { kind: 'origin', host: HOST },
  ENTRA_CLIENT_ID: { kind: 'guid', of: 'the client id of the app registration', placeholder: ID },
  ENTRA_EXISTING_CLIENT_ID: {
    kind: 'guid',
    of: 'the client id of the app registration that the administrator made',
    placeholder: '<client id that the script printed>',
  },
  ENTRA_APP_MODE: { kind: 'one-of', values: ['create', 'existing'] },
  GRANT_ADMIN_CONSENT: BOOLEAN,
  ASSIGNMENT_REQUIRED: BOOLEAN,
  ENTRA_ASSIGN_ADMINISTRATOR: BOOLEAN,
  INSTANCE_MEMORY_MB: { kind: 'one-of', values: ['512', '2048', '4096'] },
  WORKER_ARGUMENTS: { kind: 'arguments' },
  MAXIMUM_INSTANCE_COUNT: { kind: 'whole', least: 1, most: 1000 },
  ALWAYS_READY_INSTANCES: { kind: 'whole', least: 0, most: 20 },
  STORAGE_SKU: { kind: 'one-of', values: ['Standard_LRS', 'Standard_ZRS'] },
  ZONE_REDUNDANT: BOOLEAN,
  PURGE_PROTECTION: BOOLEAN,
  LOG_RETENTION_IN_DAYS: { kind: 'whole', least: 30, most: 730 },
  AUDIT_RETENTION_IN_DAYS: { kind: 'whole', least: 30, most: 730 },
  AUDIT_TOTAL_RETENTION_IN_DAYS: { kind: 'whole', least: 30, most: 4383 },
  AVAILABILITY_TEST: BOOLEAN,
  BUDGET_AMOUNT: { kind: 'whole', least: 0 },
  BUDGET_START: { kind: 'month' },
  LOG_DAILY_CAP_IN_GB: { kind: 'whole', least: 1 },
  DELETE_LOCK: BOOLEAN,
  PRIVATE_NETWORK: BOOLEAN,
  VNET_ADDRESS_PREFIX: { kind: 'range' },
  KEY_OFFICER_PRINCIPAL_ID: {
    kind: 'guid',
    of: 'the object id in Entra of the person, group or service principal, not a name or an address',
    placeholder: '<object id, yours: az ad signed-in-user show --query id>',
  },
  KEY_OFFICER_PRINCIPAL_TYPE: { kind: 'one-of', values: ['User', 'ServicePrincipal', 'Group', ''] },
}

/** What a variable of a parameters file may be; text where nothing more is known of it. */
export const kindOf = (name: string): Kind => KINDS[name] ?? TEXT

/** As Go's strconv.ParseBool, by which azd reads a boolean; of all else azd sends nothing, and the default holds. */
export const readBoolean = (text: string | undefined): boolean | undefined => {
  if (['1', 't', 'T', 'TRUE', 'true', 'True'].includes(text ?? '')) return true
  return ['0', 'f', 'F', 'FALSE', 'false', 'False'].includes(text ?? '') ? false : undefined
}
