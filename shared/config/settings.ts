// Longer than the budget: every setting in one table is what makes the table of settings and the start-up report complete.
import * as z from 'zod'
import { clientNames } from './clients/admitted.ts'
import { list } from './list.ts'
import { modelHides } from './model-hides.ts'
import { writePolicy } from './writes/policy.ts'

export const DAY = 86_400
const PLACEHOLDER = /^<.*>$|your[-_ ]|change[-_ ]?me|placeholder|replace[-_ ]|^x{4,}$|^0{8}-0{4}-/i

const text = z
  .string()
  .trim()
  .min(1, 'is empty')
  .refine((value) => !PLACEHOLDER.test(value), 'is still a placeholder')
/** As Entra writes them: what it sends is compared letter by letter. */
const guid = text.pipe(z.guid('must be a GUID')).transform((value) => value.toLowerCase())
const url = text.pipe(z.url('must be a URL'))
const origin = url.refine(
  (value) => URL.canParse(value) && new URL(value).origin === value,
  'must be an origin: scheme and host, no path, no trailing slash',
)
const webPage = url.refine((value) => value.startsWith('https://'), 'must be an https address')
const supportAddress = url.refine((value) => /^(https:\/\/|mailto:)/.test(value), 'must be an https or mailto: address')
const keyName = z.string().regex(/^[A-Za-z0-9-]{1,127}$/, 'must be a Key Vault secret name')
const flag = z.enum(['true', 'false'], 'must be true or false').transform((value) => value === 'true')
/** What a browser would change (`..`, escapes) or read otherwise (a query) is no exact path. */
const isExactPath = (path: string): boolean =>
  /^\/[A-Za-z0-9._~/-]*$/.test(path) && !path.includes('//') && new URL(path, 'http://localhost').pathname === path
const MOST_LOOPBACK_PATHS = 10
const paths = list.refine(
  (entries) => entries.length <= MOST_LOOPBACK_PATHS && entries.every(isExactPath),
  'must be true, false or exact paths, each beginning with / and without * or query',
)
const loopback = z.string().transform((value, context): boolean | readonly string[] => {
  if (value === 'true' || value === 'false') return value === 'true'
  const read = paths.safeParse(value)
  if (read.success) return read.data
  context.addIssue(read.error.issues[0]?.message ?? 'is wrong')
  return z.NEVER
})
const seconds = (least: number, most: number) =>
  z.coerce
    .number(`must be a number`)
    .int('must be whole')
    .min(least, `must be at least ${least}`)
    .max(most, `must be at most ${most}`)
const hops = z.coerce
  .number('must be a number')
  .int('must be whole')
  .min(1, 'must be at least 1')
  .max(5, 'must be at most 5')
const color = z.string().regex(/^#[0-9a-fA-F]{6}$/, 'must be a colour like #0B5CAD')

export type Setting = {
  readonly schema: z.ZodType
  readonly example: string
  readonly fallback?: string
}
const setting = <T extends z.ZodType>(schema: T, example: string, fallback?: string) => ({
  schema,
  example,
  ...(fallback === undefined ? {} : { fallback }),
})

/**
 * Every setting: its rule, an example and, where it may be left out, what then holds. What each is for stands with the
 * documents (`infra/docs/setting-texts.ts`): no worker reads it.
 */
export const SETTINGS = {
  PUBLIC_BASE_URL: setting(origin, 'https://contoso-crm-chat.azurewebsites.net'),
  ENTRA_TENANT_ID: setting(guid, '8f14e45f-ceea-467f-a0e6-1f2d3c4b5a69'),
  ENTRA_CLIENT_ID: setting(guid, '2b7e1516-28ae-4d2a-9f4c-3c4fcf098815'),
  ENTRA_AUTHORITY_HOST: setting(origin, 'https://login.microsoftonline.us', 'https://login.microsoftonline.com'),
  ENTRA_API_SCOPE: setting(text, 'api://2b7e1516-28ae-4d2a-9f4c-3c4fcf098815/MCP.Access', ''),
  ENTRA_CREDENTIAL: setting(
    z.enum(
      ['managed-identity', 'certificate', 'client-secret'],
      'must be managed-identity, certificate or client-secret',
    ),
    'managed-identity',
    'managed-identity',
  ),
  MANAGED_IDENTITY_CLIENT_ID: setting(guid, '3f5b6c7d-1a2b-4c3d-8e9f-0a1b2c3d4e5f', ''),
  ENTRA_CERTIFICATE_SECRET_NAME: setting(keyName, 'entra-certificate', 'entra-certificate'),
  ENTRA_CLIENT_SECRET_NAME: setting(keyName, 'entra-client-secret', 'entra-client-secret'),
  ENTRA_CLIENT_SECRET: setting(text.pipe(z.string().min(16, 'is too short')), 'Q~8vK-3mTz.w7XcR5hYp0LsD2fGj6NbA', ''),
  DATAVERSE_URL: setting(origin, 'https://contoso.crm11.dynamics.com'),
  TABLES_ENDPOINT: setting(origin, 'https://contosotokens.table.core.windows.net', ''),
  TABLES_CONNECTION_STRING: setting(text, 'UseDevelopmentStorage=true', ''),
  KEY_VAULT_URL: setting(origin, 'https://contoso-crm-chat.vault.azure.net', ''),
  SEALING_KEY_NAME: setting(keyName, 'sealing-key', 'sealing-key'),
  INDEX_KEY_NAME: setting(keyName, 'index-key', 'index-key'),
  LOCAL_KEY_FILE: setting(text, '.keys/local.json', ''),
  CLIENTS: setting(clientNames, 'chatgpt, claude, vscode', 'chatgpt'),
  REDIRECT_URI_ALLOW_LIST: setting(
    list,
    'https://crm.contoso.com/oauth/callback cursor://anysphere.cursor-mcp/oauth/callback',
    '',
  ),
  LOOPBACK_REDIRECTS: setting(loopback, '/doctor/callback', ''),
  ALLOWED_ORIGINS: setting(list, 'https://crm.contoso.com', ''),
  REGISTRATION: setting(z.enum(['open', 'closed'], 'must be open or closed'), 'closed', 'open'),
  STATIC_CLIENT_ID: setting(
    z.string().regex(/^[A-Za-z0-9._-]{3,100}$/, 'must be 3 to 100 letters, digits, dots, dashes'),
    'chatgpt',
    '',
  ),
  STATIC_CLIENT_SECRET_SHA256: setting(
    z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'must be a SHA-256 in base64url'),
    'n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg',
    '',
  ),
  STATIC_CLIENT_REDIRECT_URIS: setting(
    list,
    'https://chatgpt.com/connector_platform_oauth_redirect',
    'https://chatgpt.com/connector_platform_oauth_redirect',
  ),
  CLIENT_ID_METADATA_DOCUMENTS: setting(z.enum(['on', 'off'], 'must be on or off'), 'off', 'on'),
  CLIENT_ID_METADATA_DOMAINS: setting(list, 'apps.contoso.com', ''),
  ALLOWED_ROLES: setting(list, 'Crm.Ask', ''),
  ALLOWED_GROUPS: setting(
    list.pipe(z.array(z.guid('must be object ids of groups'))),
    '5c4b3a29-1817-4605-b4a3-928170605f4e',
    '',
  ),
  BRAND_NAME: setting(text.pipe(z.string().max(60, 'must be at most 60 characters')), 'Contoso CRM', 'Dynamics 365'),
  BRAND_LOGO: setting(
    z
      .string()
      .max(30_000, 'must be at most 30,000 characters')
      .regex(/^data:image\/(png|svg\+xml);base64,[A-Za-z0-9+/=]+$/, 'must be a data: URL of a PNG or SVG in base64'),
    'data:image/png;base64,iVBORw0KGgo…',
    '',
  ),
  BRAND_COLOR: setting(color, '#0B5CAD', '#0B5CAD'),
  PRIVACY_URL: setting(webPage, 'https://contoso.com/privacy', ''),
  SUPPORT_URL: setting(supportAddress, 'https://contoso.com/it-help', ''),
  CODE_LIFETIME: setting(seconds(1, 600), '120', '120'),
  SIGN_IN_LIFETIME: setting(seconds(1, 600), '600', '600'),
  ACCESS_TOKEN_LIFETIME: setting(seconds(1, 3600), '3600', '3600'),
  REFRESH_IDLE_LIFETIME: setting(seconds(1, 90 * DAY), '2592000', String(30 * DAY)),
  GRANT_LIFETIME: setting(seconds(1, 365 * DAY), '15552000', String(180 * DAY)),
  REFRESH_GRACE: setting(seconds(0, 600), '30', '30'),
  TOOL_DEADLINE: setting(seconds(1, 55), '40', '40'),
  RESULT_BYTES: setting(seconds(2_000, 200_000), '25000', '25000'),
  CALLS_PER_MINUTE: setting(seconds(0, 100_000), '60', '120'),
  CALLS_PER_MINUTE_ALL: setting(seconds(0, 1_000_000), '3000', '0'),
  ROWS_PER_DAY: setting(seconds(0, 1_000_000_000), '20000', '100000'),
  ROWS_PER_DAY_ALL: setting(seconds(0, 1_000_000_000), '1000000', '0'),
  HTTP_STREAMS: setting(flag, 'true', 'false'),
  TRUSTED_HOPS: setting(hops, '2', '1'),
  MODEL_HIDES: setting(
    modelHides,
    'contact.mobilephone, contact.birthdate=mask:year, *.emailaddress1=mask:domain, hp_salary',
    '',
  ),
  WRITES: setting(z.enum(['on', 'off'], 'must be on or off'), 'on', 'off'),
  WRITE_POLICY: setting(
    writePolicy,
    "{'tables':{'task':{'create':true,'update':['subject','scheduledend']},'opportunity':{'update':['estimatedvalue'],'human':['estimatedvalue']}}}",
    '',
  ),
  WRITE_ROLES: setting(list, 'Crm.Write', ''),
  WRITE_GROUPS: setting(
    list.pipe(z.array(z.guid('must be object ids of groups'))),
    '5c4b3a29-1817-4605-b4a3-928170605f4e',
    '',
  ),
  WRITE_CONFIRMATION: setting(z.enum(['host', 'human'], 'must be host or human'), 'human', 'host'),
  WRITES_PER_HOUR: setting(seconds(1, 10_000), '20', '60'),
  WRITE_SCOPE_AT_CONNECT: setting(flag, 'true', 'false'),
  AUDIT_DETAILS: setting(z.enum(['none', 'shape', 'full'], 'must be none, shape or full'), 'full', 'shape'),
  AUDIT_INGESTION_ENDPOINT: setting(origin, 'https://audit-contoso-a1b2.westeurope-1.ingest.monitor.azure.com', ''),
  AUDIT_RULE_ID: setting(
    z.string().regex(/^dcr-[0-9a-f]{32}$/, 'must be the immutable id of a data collection rule'),
    'dcr-0123456789abcdef0123456789abcdef',
    '',
  ),
  AUDIT_STREAM: setting(
    z.string().regex(/^Custom-[A-Za-z0-9_]{1,45}$/, 'must begin with Custom-'),
    'Custom-DynamicsMcpAudit_CL',
    '',
  ),
  AUDIT_REQUIRED: setting(flag, 'true', 'false'),
  AUDIT_UPN: setting(flag, 'true', 'false'),
  APPLICATIONINSIGHTS_CONNECTION_STRING: setting(text, 'InstrumentationKey=…;IngestionEndpoint=https://…', ''),
  AZURE_FUNCTIONS_ENVIRONMENT: setting(text, 'Development', 'Production'),
} satisfies Record<string, Setting>
