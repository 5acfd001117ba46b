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
  readonly what: string
  readonly example: string
  readonly fallback?: string
}
const setting = <T extends z.ZodType>(schema: T, what: string, example: string, fallback?: string) => ({
  schema,
  what,
  example,
  ...(fallback === undefined ? {} : { fallback }),
})

/** Every setting: its rule, what it is for, an example and, where it may be left out, what then holds. */
export const SETTINGS = {
  PUBLIC_BASE_URL: setting(
    origin,
    'The origin that ChatGPT connects to. Issuer, resource and redirect are built from it.',
    'https://contoso-crm-chat.azurewebsites.net',
  ),
  ENTRA_TENANT_ID: setting(guid, 'The one tenant whose people may sign in.', '8f14e45f-ceea-467f-a0e6-1f2d3c4b5a69'),
  ENTRA_CLIENT_ID: setting(
    guid,
    'Application (client) id of the app registration.',
    '2b7e1516-28ae-4d2a-9f4c-3c4fcf098815',
  ),
  ENTRA_AUTHORITY_HOST: setting(
    origin,
    'Entra’s host; other clouds have their own.',
    'https://login.microsoftonline.us',
    'https://login.microsoftonline.com',
  ),
  ENTRA_API_SCOPE: setting(
    text,
    'The scope that the app registration exposes. Empty means `<client id>/MCP.Access`, which needs no application id URI; `api://<client id>/MCP.Access` where the registration has that one.',
    'api://2b7e1516-28ae-4d2a-9f4c-3c4fcf098815/MCP.Access',
    '',
  ),
  ENTRA_CREDENTIAL: setting(
    z.enum(
      ['managed-identity', 'certificate', 'client-secret'],
      'must be managed-identity, certificate or client-secret',
    ),
    'How the app proves itself to Entra.',
    'managed-identity',
    'managed-identity',
  ),
  MANAGED_IDENTITY_CLIENT_ID: setting(
    guid,
    'Client id of the user-assigned managed identity.',
    '3f5b6c7d-1a2b-4c3d-8e9f-0a1b2c3d4e5f',
    '',
  ),
  ENTRA_CERTIFICATE_SECRET_NAME: setting(
    keyName,
    'Key Vault secret with the certificate and its private key in PEM, for ENTRA_CREDENTIAL=certificate.',
    'entra-certificate',
    'entra-certificate',
  ),
  ENTRA_CLIENT_SECRET_NAME: setting(
    keyName,
    'Key Vault secret with the client secret, for ENTRA_CREDENTIAL=client-secret.',
    'entra-client-secret',
    'entra-client-secret',
  ),
  ENTRA_CLIENT_SECRET: setting(
    text.pipe(z.string().min(16, 'is too short')),
    'The client secret itself. Development only.',
    'Q~8vK-3mTz.w7XcR5hYp0LsD2fGj6NbA',
    '',
  ),
  DATAVERSE_URL: setting(origin, 'The Dynamics 365 environment.', 'https://contoso.crm11.dynamics.com'),
  TABLES_ENDPOINT: setting(
    origin,
    'Table service of the storage account that holds grants, reached by managed identity.',
    'https://contosotokens.table.core.windows.net',
    '',
  ),
  TABLES_CONNECTION_STRING: setting(
    text,
    'The same by connection string. Development only.',
    'UseDevelopmentStorage=true',
    '',
  ),
  KEY_VAULT_URL: setting(
    origin,
    'Key Vault with the sealing and index keys.',
    'https://contoso-crm-chat.vault.azure.net',
    '',
  ),
  SEALING_KEY_NAME: setting(
    keyName,
    'Key Vault secret with the sealing key; its older versions stay readable for 30 days, or REFRESH_IDLE_LIFETIME if that is longer.',
    'sealing-key',
    'sealing-key',
  ),
  INDEX_KEY_NAME: setting(
    keyName,
    'Key Vault secret with the index key, which never rotates: client ids are signed under it.',
    'index-key',
    'index-key',
  ),
  LOCAL_KEY_FILE: setting(
    text,
    'A file with both keys instead of a vault, made at first use. Development only.',
    '.keys/local.json',
    '',
  ),
  CLIENTS: setting(
    clientNames,
    'The clients that people may connect: each name admits that client’s redirect addresses, paths on people’s own machines, web origins and hosts of metadata documents. `none` where the lists below alone decide.',
    'chatgpt, claude, vscode',
    'chatgpt',
  ),
  REDIRECT_URI_ALLOW_LIST: setting(
    list,
    'Where codes may be sent beside what CLIENTS admits: exact https addresses, or one `*` for a single path segment; or exactly one address of an app’s own scheme.',
    'https://crm.contoso.com/oauth/callback cursor://anysphere.cursor-mcp/oauth/callback',
    '',
  ),
  LOOPBACK_REDIRECTS: setting(
    loopback,
    'Beside the paths that CLIENTS admits, also send codes to http://127.0.0.1, http://localhost and http://[::1], on any port: `true` for any path, `false` for none, or a list of exact paths. `true` in Development.',
    '/doctor/callback',
    '',
  ),
  ALLOWED_ORIGINS: setting(
    list,
    'Web origins that may call the server from a browser, beside those that CLIENTS admits.',
    'https://crm.contoso.com',
    '',
  ),
  REGISTRATION: setting(
    z.enum(['open', 'closed'], 'must be open or closed'),
    'Whether clients may register themselves. Close it after roll-out.',
    'closed',
    'open',
  ),
  STATIC_CLIENT_ID: setting(
    z.string().regex(/^[A-Za-z0-9._-]{3,100}$/, 'must be 3 to 100 letters, digits, dots, dashes'),
    'A client known beforehand, for REGISTRATION=closed.',
    'chatgpt',
    '',
  ),
  STATIC_CLIENT_SECRET_SHA256: setting(
    z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'must be a SHA-256 in base64url'),
    'SHA-256 of its secret, in base64url; without it the client is public.',
    'n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg',
    '',
  ),
  STATIC_CLIENT_REDIRECT_URIS: setting(
    list,
    'Its redirect addresses; the allow-list holds for them too.',
    'https://chatgpt.com/connector_platform_oauth_redirect',
    'https://chatgpt.com/connector_platform_oauth_redirect',
  ),
  CLIENT_ID_METADATA_DOCUMENTS: setting(
    z.enum(['on', 'off'], 'must be on or off'),
    'Whether a client may be named by the URL of its metadata document.',
    'off',
    'on',
  ),
  CLIENT_ID_METADATA_DOMAINS: setting(
    list,
    'Hosts whose metadata documents are read beside those that CLIENTS admits, exact; no others are. * admits any public host.',
    'apps.contoso.com',
    '',
  ),
  ALLOWED_ROLES: setting(
    list,
    'App roles of which a person needs one; empty means anyone in the tenant who may sign in.',
    'Crm.Ask',
    '',
  ),
  ALLOWED_GROUPS: setting(
    list.pipe(z.array(z.guid('must be object ids of groups'))),
    'Entra groups (object ids) of which a person needs one.',
    '5c4b3a29-1817-4605-b4a3-928170605f4e',
    '',
  ),
  BRAND_NAME: setting(
    text.pipe(z.string().max(60, 'must be at most 60 characters')),
    'The name on the pages and in ChatGPT.',
    'Contoso CRM',
    'Dynamics 365',
  ),
  BRAND_LOGO: setting(
    z
      .string()
      .max(30_000, 'must be at most 30,000 characters')
      .regex(/^data:image\/(png|svg\+xml);base64,[A-Za-z0-9+/=]+$/, 'must be a data: URL of a PNG or SVG in base64'),
    'A logo for the pages, as a data: URL, so that they load nothing from elsewhere.',
    'data:image/png;base64,iVBORw0KGgo…',
    '',
  ),
  BRAND_COLOR: setting(
    color,
    'The colour of the main button; refused when white text on it cannot be read.',
    '#0B5CAD',
    '#0B5CAD',
  ),
  PRIVACY_URL: setting(webPage, 'Linked from the consent page.', 'https://contoso.com/privacy', ''),
  SUPPORT_URL: setting(
    supportAddress,
    'Linked from the pages: a web page, which is then published in the metadata too, or a mailto: address.',
    'https://contoso.com/it-help',
    '',
  ),
  CODE_LIFETIME: setting(seconds(1, 600), 'Seconds an authorization code lives.', '120', '120'),
  SIGN_IN_LIFETIME: setting(seconds(1, 600), 'Seconds a running sign-in may take.', '600', '600'),
  ACCESS_TOKEN_LIFETIME: setting(seconds(1, 3600), 'Seconds an access token lives at most.', '3600', '3600'),
  REFRESH_IDLE_LIFETIME: setting(
    seconds(1, 90 * DAY),
    'Seconds a refresh token lives unused.',
    '2592000',
    String(30 * DAY),
  ),
  GRANT_LIFETIME: setting(
    seconds(1, 365 * DAY),
    'Seconds until a person must sign in anew whatever happens.',
    '15552000',
    String(180 * DAY),
  ),
  REFRESH_GRACE: setting(
    seconds(0, 600),
    'Seconds that a replaced refresh token still answers after the pair that replaced it was received.',
    '30',
    '30',
  ),
  TOOL_DEADLINE: setting(seconds(1, 55), 'Seconds a tool call may take; ChatGPT gives up at about 60.', '40', '40'),
  RESULT_BYTES: setting(
    seconds(2_000, 200_000),
    'Bytes of the structured part of one tool result; rows beyond follow by cursor and are said to. The text beside it takes 8 KB at most.',
    '25000',
    '25000',
  ),
  CALLS_PER_MINUTE: setting(
    seconds(0, 100_000),
    'Tool calls that one person may make in a minute; 0 is no limit. What is beyond is answered with an error that says when to go on. Each instance counts, and learns from the others within 10 s.',
    '60',
    '120',
  ),
  CALLS_PER_MINUTE_ALL: setting(
    seconds(0, 1_000_000),
    'The same for all people of the deployment together.',
    '3000',
    '0',
  ),
  ROWS_PER_DAY: setting(
    seconds(0, 1_000_000_000),
    'Rows that one person may be given in a day, which begins at midnight UTC; 0 is no limit. A call that has begun is answered whole.',
    '20000',
    '100000',
  ),
  ROWS_PER_DAY_ALL: setting(
    seconds(0, 1_000_000_000),
    'The same for all people of the deployment together.',
    '1000000',
    '0',
  ),
  HTTP_STREAMS: setting(
    flag,
    'Stream mode of the Functions host, for clients that send bodies in chunks (411 otherwise). `true` costs cold starts some time; a request with a header beyond ASCII is then never answered.',
    'true',
    'false',
  ),
  TRUSTED_HOPS: setting(
    hops,
    'Front doors that append the caller’s address to `X-Forwarded-For`, the platform’s own among them: 2 behind Azure Front Door or an Application Gateway, once nobody can go around it.',
    '2',
    '1',
  ),
  MODEL_HIDES: setting(
    modelHides,
    'Tables and columns that models do not get though people may see them in Dynamics 365: a table, a column, or a masked column (`mask`, `mask:last4`, `mask:domain`, `mask:year`, `mask:initials`); `*.` is a column of any table.',
    'contact.mobilephone, contact.birthdate=mask:year, *.emailaddress1=mask:domain, hp_salary',
    '',
  ),
  WRITES: setting(
    z.enum(['on', 'off'], 'must be on or off'),
    'Whether tools that create and change records are there; `off` refuses every write at once, and nothing of them is visible.',
    'on',
    'off',
  ),
  WRITE_POLICY: setting(
    writePolicy,
    'The tables and columns that may be written, as JSON, with single quotes where azd sets it. `true` is every column that is valid for the operation and not secured, but for owner and state; `human` names columns whose change a person must confirm outside the model.',
    "{'tables':{'task':{'create':true,'update':['subject','scheduledend']},'opportunity':{'update':['estimatedvalue'],'human':['estimatedvalue']}}}",
    '',
  ),
  WRITE_ROLES: setting(
    list,
    'App roles of which a person needs one to write; empty means nobody by role.',
    'Crm.Write',
    '',
  ),
  WRITE_GROUPS: setting(
    list.pipe(z.array(z.guid('must be object ids of groups'))),
    'Entra groups (object ids) of which a person needs one to write; empty means nobody by group.',
    '5c4b3a29-1817-4605-b4a3-928170605f4e',
    '',
  ),
  WRITE_CONFIRMATION: setting(
    z.enum(['host', 'human'], 'must be host or human'),
    'Who confirms a change: `host` leaves it to the client’s own dialog, which people can switch off; `human` wants a proof for every change that a model cannot give.',
    'human',
    'host',
  ),
  WRITES_PER_HOUR: setting(seconds(1, 10_000), 'Changes that one person may make in an hour.', '20', '60'),
  WRITE_SCOPE_AT_CONNECT: setting(
    flag,
    'Whether clients ask for the permission to write when they connect, for those that cannot ask for it later. People still have to tick it.',
    'true',
    'false',
  ),
  AUDIT_DETAILS: setting(
    z.enum(['none', 'shape', 'full'], 'must be none, shape or full'),
    'What the audit tells of a call beside who, which tool and which table: `shape` the query with kinds in place of values, and ids of the records read; `full` values and search words too; `none` neither.',
    'full',
    'shape',
  ),
  AUDIT_INGESTION_ENDPOINT: setting(
    origin,
    'Where the audit goes besides the host’s log: the endpoint of a data collection rule of the kind `Direct`. Needs AUDIT_RULE_ID and AUDIT_STREAM.',
    'https://audit-contoso-a1b2.westeurope-1.ingest.monitor.azure.com',
    '',
  ),
  AUDIT_RULE_ID: setting(
    z.string().regex(/^dcr-[0-9a-f]{32}$/, 'must be the immutable id of a data collection rule'),
    'Its immutable id.',
    'dcr-0123456789abcdef0123456789abcdef',
    '',
  ),
  AUDIT_STREAM: setting(
    z.string().regex(/^Custom-[A-Za-z0-9_]{1,45}$/, 'must begin with Custom-'),
    'Its stream.',
    'Custom-DynamicsMcpAudit_CL',
    '',
  ),
  AUDIT_REQUIRED: setting(
    flag,
    'Whether an answer waits until the audit has reached that endpoint, which costs a request; where it cannot be reached, nothing is answered. Tokens and checks of the deployment do not wait for their own event.',
    'true',
    'false',
  ),
  AUDIT_UPN: setting(flag, 'Whether the audit also names the person by their sign-in name.', 'true', 'false'),
  APPLICATIONINSIGHTS_CONNECTION_STRING: setting(
    text,
    'Where telemetry goes; nothing is sent without it.',
    'InstrumentationKey=…;IngestionEndpoint=https://…',
    '',
  ),
  AZURE_FUNCTIONS_ENVIRONMENT: setting(
    text,
    'Set by the host: `Development` under Core Tools. Only then are http: addresses of this machine, plain secrets and short lifetimes accepted.',
    'Development',
    'Production',
  ),
} satisfies Record<string, Setting>
