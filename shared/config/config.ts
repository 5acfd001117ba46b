import { admitted } from './clients/admitted.ts'
import { budgetsOf } from './budgets.ts'
import { checkTogether, type Name, type Report, type Values } from './check-together.ts'
import { retiredNames, unknownNames } from './setting-names.ts'
import { SETTINGS, type Setting } from './settings.ts'

export type Problem = { readonly setting: string; readonly problem: string; readonly example: string }

/** The settings are wrong; `problems` holds every one of them, and no value of any setting. */
export class ConfigError extends Error {
  readonly problems: readonly Problem[]
  constructor(problems: readonly Problem[]) {
    super(
      problems.map(({ setting: name, problem, example }) => `${name} ${problem} (for example ${example})`).join('; '),
    )
    this.name = 'ConfigError'
    this.problems = problems
  }
}

export type EntraCredential =
  | { readonly kind: 'managed-identity'; readonly clientId: string }
  | { readonly kind: 'certificate'; readonly secretName: string }
  | { readonly kind: 'vault-secret'; readonly secretName: string }
  | { readonly kind: 'plain-secret'; readonly secret: string }

export type Config = ReturnType<typeof assemble>

/**
 * Reads the environment into a frozen configuration.
 * @throws ConfigError naming every bad setting at once
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const problems: Problem[] = []
  const areFine = (...names: readonly string[]) => !problems.some(({ setting }) => names.includes(setting))
  const report: Report = (name, problem, example = SETTINGS[name as Name].example) => {
    if (areFine(name)) problems.push({ setting: name, problem, example })
  }
  const values = readFields(environment, report)
  checkTogether(values, report, areFine)
  for (const { name, meant } of unknownNames(environment, Object.keys(SETTINGS)))
    report(name, 'is not a setting of this app', meant ?? 'one of those in infra/settings.md')
  if (problems.length > 0) throw new ConfigError(problems)
  return deepFreeze(assemble(values, retiredNames(environment)))
}

function readFields(environment: Readonly<Record<string, string | undefined>>, report: Report): Values {
  const entries = (Object.entries(SETTINGS) as [Name, Setting][]).map(([name, { schema, fallback }]) => {
    const given = environment[name]?.trim()
    const value = given === undefined || given === '' ? fallback : given
    if (value === undefined) {
      report(name, 'is missing')
      return [name, undefined]
    }
    if (value === '' && fallback === '') return [name, undefined]
    const parsed = schema.safeParse(value)
    if (!parsed.success) report(name, parsed.error.issues[0]?.message ?? 'is wrong')
    return [name, parsed.data]
  })
  return Object.fromEntries(entries) as Values
}

function credentialOf(values: Values): EntraCredential {
  if (values.ENTRA_CREDENTIAL === 'certificate')
    return { kind: 'certificate', secretName: present(values.ENTRA_CERTIFICATE_SECRET_NAME) }
  if (values.ENTRA_CREDENTIAL !== 'client-secret')
    return { kind: 'managed-identity', clientId: present(values.MANAGED_IDENTITY_CLIENT_ID) }
  if (values.ENTRA_CLIENT_SECRET) return { kind: 'plain-secret', secret: values.ENTRA_CLIENT_SECRET }
  return { kind: 'vault-secret', secretName: present(values.ENTRA_CLIENT_SECRET_NAME) }
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new TypeError('a checked setting is absent')
  return value
}

function clientsOf(values: Values, development: boolean) {
  const names = present(values.CLIENTS)
  const loopbackSetting = values.LOOPBACK_REDIRECTS ?? development
  const { redirectUris, loopback, origins, metadataDomains } = admitted(names, {
    redirectUris: values.REDIRECT_URI_ALLOW_LIST ?? [],
    loopback: loopbackSetting,
    origins: values.ALLOWED_ORIGINS ?? [],
    metadataDomains: values.CLIENT_ID_METADATA_DOMAINS ?? [],
  })
  return {
    allowedOrigins: origins,
    clients: {
      names,
      registration: present(values.REGISTRATION),
      redirectPatterns: redirectUris,
      loopbackRedirects: loopback,
      /** What LOOPBACK_REDIRECTS alone says. */
      loopbackSetting,
      staticClient: values.STATIC_CLIENT_ID
        ? {
            clientId: values.STATIC_CLIENT_ID,
            secretHash: values.STATIC_CLIENT_SECRET_SHA256,
            redirectUris: values.STATIC_CLIENT_REDIRECT_URIS ?? [],
          }
        : undefined,
      /** Not advertised where none could be read: a client would send one in place of registering. */
      metadataDocuments: values.CLIENT_ID_METADATA_DOCUMENTS === 'on' && metadataDomains.length > 0,
      metadataDomains,
    },
  }
}

function assemble(values: Values, retired: readonly string[]) {
  const development = values.AZURE_FUNCTIONS_ENVIRONMENT === 'Development'
  const clientId = present(values.ENTRA_CLIENT_ID)
  return {
    development,
    retired,
    publicBaseUrl: present(values.PUBLIC_BASE_URL),
    entra: {
      tenantId: present(values.ENTRA_TENANT_ID),
      clientId,
      authorityHost: present(values.ENTRA_AUTHORITY_HOST),
      apiScope: values.ENTRA_API_SCOPE ?? `${clientId}/MCP.Access`,
      credential: credentialOf(values),
      managedIdentityClientId: values.MANAGED_IDENTITY_CLIENT_ID,
    },
    access: { roles: values.ALLOWED_ROLES ?? [], groups: values.ALLOWED_GROUPS ?? [] },
    dataverseUrl: present(values.DATAVERSE_URL),
    tables: { endpoint: values.TABLES_ENDPOINT, connectionString: values.TABLES_CONNECTION_STRING },
    keys: {
      vaultUrl: values.KEY_VAULT_URL,
      localFile: values.LOCAL_KEY_FILE,
      sealingKeyName: present(values.SEALING_KEY_NAME),
      indexKeyName: present(values.INDEX_KEY_NAME),
    },
    ...clientsOf(values, development),
    branding: {
      name: present(values.BRAND_NAME),
      logo: values.BRAND_LOGO,
      color: present(values.BRAND_COLOR),
      privacyUrl: values.PRIVACY_URL,
      supportUrl: values.SUPPORT_URL,
    },
    /** Seconds. */
    lifetimes: {
      code: present(values.CODE_LIFETIME),
      signIn: present(values.SIGN_IN_LIFETIME),
      access: present(values.ACCESS_TOKEN_LIFETIME),
      refreshIdle: present(values.REFRESH_IDLE_LIFETIME),
      grant: present(values.GRANT_LIFETIME),
      refreshGrace: present(values.REFRESH_GRACE),
    },
    limits: { toolDeadlineMs: present(values.TOOL_DEADLINE) * 1000, resultBytes: present(values.RESULT_BYTES) },
    budgets: budgetsOf(values),
    modelHides: values.MODEL_HIDES ?? [],
    writes: writesOf(values),
    httpStreams: present(values.HTTP_STREAMS),
    trustedHops: present(values.TRUSTED_HOPS),
    audit: auditOf(values),
    applicationInsights: values.APPLICATIONINSIGHTS_CONNECTION_STRING,
  }
}

/** `undefined` where nothing is written. */
function writesOf(values: Values) {
  if (values.WRITES !== 'on') return undefined
  return {
    policy: present(values.WRITE_POLICY),
    access: { roles: values.WRITE_ROLES ?? [], groups: values.WRITE_GROUPS ?? [] },
    confirmation: present(values.WRITE_CONFIRMATION),
    perHour: present(values.WRITES_PER_HOUR),
    scopeAtConnect: present(values.WRITE_SCOPE_AT_CONNECT),
  }
}

function auditOf(values: Values) {
  const { AUDIT_INGESTION_ENDPOINT: endpoint, AUDIT_RULE_ID: ruleId, AUDIT_STREAM: stream } = values
  return {
    target: endpoint && ruleId && stream ? { endpoint, ruleId, stream } : undefined,
    details: present(values.AUDIT_DETAILS),
    upn: present(values.AUDIT_UPN),
    isRequired: present(values.AUDIT_REQUIRED),
  }
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(deepFreeze)
  return Object.freeze(value)
}

/** The environment of this process; nothing else in the app reads it. */
export const processEnvironment = (): Readonly<Record<string, string | undefined>> => process.env
