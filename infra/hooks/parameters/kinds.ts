/** What a value may be, as azd and the templates read it. Lengths are in characters. */
export type Kind =
  | { readonly kind: 'text'; readonly shortest?: number; readonly longest?: number }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'whole'; readonly least: number; readonly most?: number }
  | { readonly kind: 'one-of'; readonly values: readonly string[] }

const BOOLEAN: Kind = { kind: 'boolean' }
const TEXT: Kind = { kind: 'text' }

/** Of each variable that is more than any text, as the parameters of the templates are declared. */
export const KINDS: Readonly<Record<string, Kind>> = {
  AZURE_ENV_NAME: { kind: 'text', shortest: 1, longest: 40 },
  ENTRA_CLIENT_ID: { kind: 'text', shortest: 36, longest: 36 },
  ENTRA_APP_MODE: { kind: 'one-of', values: ['create', 'existing'] },
  GRANT_ADMIN_CONSENT: BOOLEAN,
  ASSIGNMENT_REQUIRED: BOOLEAN,
  ENTRA_ASSIGN_ADMINISTRATOR: BOOLEAN,
  INSTANCE_MEMORY_MB: { kind: 'one-of', values: ['512', '2048', '4096'] },
  MAXIMUM_INSTANCE_COUNT: { kind: 'whole', least: 1, most: 1000 },
  ALWAYS_READY_INSTANCES: { kind: 'whole', least: 0, most: 20 },
  STORAGE_SKU: { kind: 'one-of', values: ['Standard_LRS', 'Standard_ZRS'] },
  PURGE_PROTECTION: BOOLEAN,
  LOG_RETENTION_IN_DAYS: { kind: 'whole', least: 30, most: 730 },
  LOG_DAILY_CAP_IN_GB: { kind: 'whole', least: 1 },
  DELETE_LOCK: BOOLEAN,
  KEY_OFFICER_PRINCIPAL_TYPE: { kind: 'one-of', values: ['User', 'ServicePrincipal', 'Group', ''] },
}

/** What a variable of a parameters file may be; text where nothing more is known of it. */
export const kindOf = (name: string): Kind => KINDS[name] ?? TEXT

/** As Go's strconv.ParseBool, by which azd reads a boolean; of all else azd sends nothing, and the default holds. */
export const readBoolean = (text: string | undefined): boolean | undefined => {
  if (['1', 't', 'T', 'TRUE', 'true', 'True'].includes(text ?? '')) return true
  return ['0', 'f', 'F', 'FALSE', 'false', 'False'].includes(text ?? '') ? false : undefined
}
