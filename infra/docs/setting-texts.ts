import type { SETTINGS } from '../../shared/config/settings.ts'

/** What each setting is for, as the table of settings and the sample of local ones say it. */
export const SETTING_TEXTS: Readonly<Record<keyof typeof SETTINGS, string>> = {
  PUBLIC_BASE_URL: 'The origin that ChatGPT connects to. Issuer, resource and redirect are built from it.',
  ENTRA_TENANT_ID: 'The one tenant whose people may sign in.',
  ENTRA_CLIENT_ID: 'Application (client) id of the app registration.',
  ENTRA_AUTHORITY_HOST: 'Entra’s host; other clouds have their own.',
  ENTRA_API_SCOPE:
    'The scope that the app registration exposes. Empty means `<client id>/MCP.Access`, which needs no application id URI; `api://<client id>/MCP.Access` where the registration has that one.',
  ENTRA_CREDENTIAL: 'How the app proves itself to Entra.',
  MANAGED_IDENTITY_CLIENT_ID: 'Client id of the user-assigned managed identity.',
  ENTRA_CERTIFICATE_SECRET_NAME:
    'Key Vault secret with the certificate and its private key in PEM, for ENTRA_CREDENTIAL=certificate.',
  ENTRA_CLIENT_SECRET_NAME: 'Key Vault secret with the client secret, for ENTRA_CREDENTIAL=client-secret.',
  ENTRA_CLIENT_SECRET: 'The client secret itself. Development only.',
  DATAVERSE_URL: 'The Dynamics 365 environment.',
  TABLES_ENDPOINT: 'Table service of the storage account that holds grants, reached by managed identity.',
  TABLES_CONNECTION_STRING: 'The same by connection string. Development only.',
  KEY_VAULT_URL: 'Key Vault with the sealing and index keys.',
  SEALING_KEY_NAME:
    'Key Vault secret with the sealing key; its older versions stay readable for 30 days, or REFRESH_IDLE_LIFETIME if that is longer.',
  INDEX_KEY_NAME: 'Key Vault secret with the index key, which never rotates: client ids are signed under it.',
  LOCAL_KEY_FILE: 'A file with both keys instead of a vault, made at first use. Development only.',
  CLIENTS:
    'The clients that people may connect: each name admits that client’s redirect addresses, paths on people’s own machines, web origins and hosts of metadata documents. `none` where the lists below alone decide.',
  REDIRECT_URI_ALLOW_LIST:
    'Where codes may be sent beside what CLIENTS admits: exact https addresses, or one `*` for a single path segment; or exactly one address of an app’s own scheme.',
  LOOPBACK_REDIRECTS:
    'Beside the paths that CLIENTS admits, also send codes to http://127.0.0.1, http://localhost and http://[::1], on any port: `true` for any path, `false` for none, or a list of exact paths. `true` in Development.',
  ALLOWED_ORIGINS: 'Web origins that may call the server from a browser, beside those that CLIENTS admits.',
  REGISTRATION: 'Whether clients may register themselves. Close it after roll-out.',
  STATIC_CLIENT_ID: 'A client known beforehand, for REGISTRATION=closed.',
  STATIC_CLIENT_SECRET_SHA256: 'SHA-256 of its secret, in base64url; without it the client is public.',
  STATIC_CLIENT_REDIRECT_URIS: 'Its redirect addresses; the allow-list holds for them too.',
  CLIENT_ID_METADATA_DOCUMENTS: 'Whether a client may be named by the URL of its metadata document.',
  CLIENT_ID_METADATA_DOMAINS:
    'Hosts whose metadata documents are read beside those that CLIENTS admits, exact; no others are. * admits any public host.',
  ALLOWED_ROLES: 'App roles of which a person needs one; empty means anyone in the tenant who may sign in.',
  ALLOWED_GROUPS: 'Entra groups (object ids) of which a person needs one.',
  BRAND_NAME: 'The name on the pages and in ChatGPT.',
  BRAND_LOGO: 'A logo for the pages, as a data: URL, so that they load nothing from elsewhere.',
  BRAND_COLOR: 'The colour of the main button; refused when white text on it cannot be read.',
  PRIVACY_URL: 'Linked from the consent page.',
  SUPPORT_URL: 'Linked from the pages: a web page, which is then published in the metadata too, or a mailto: address.',
  CODE_LIFETIME: 'Seconds an authorization code lives.',
  SIGN_IN_LIFETIME: 'Seconds a running sign-in may take.',
  ACCESS_TOKEN_LIFETIME: 'Seconds an access token lives at most.',
  REFRESH_IDLE_LIFETIME: 'Seconds a refresh token lives unused.',
  GRANT_LIFETIME: 'Seconds until a person must sign in anew whatever happens.',
  REFRESH_GRACE: 'Seconds that a replaced refresh token still answers after the pair that replaced it was received.',
  TOOL_DEADLINE: 'Seconds a tool call may take; ChatGPT gives up at about 60.',
  RESULT_BYTES:
    'Bytes of the structured part of one tool result; rows beyond follow by cursor and are said to. The text beside it takes 8 KB at most.',
  CALLS_PER_MINUTE:
    'Tool calls that one person may make in a minute; 0 is no limit. What is beyond is answered with an error that says when to go on. Each instance counts, and learns from the others within 10 s.',
  CALLS_PER_MINUTE_ALL: 'The same for all people of the deployment together.',
  ROWS_PER_DAY:
    'Rows that one person may be given in a day, which begins at midnight UTC; 0 is no limit. A call that has begun is answered whole.',
  ROWS_PER_DAY_ALL: 'The same for all people of the deployment together.',
  HTTP_STREAMS:
    'Stream mode of the Functions host, for clients that send bodies in chunks (411 otherwise). `true` costs cold starts some time; a request with a header beyond ASCII is then never answered.',
  TRUSTED_HOPS:
    'Front doors that append the caller’s address to `X-Forwarded-For`, the platform’s own among them: 2 behind Azure Front Door or an Application Gateway, once nobody can go around it.',
  MODEL_HIDES:
    'Tables and columns that models do not get though people may see them in Dynamics 365: a table, a column, or a masked column (`mask`, `mask:last4`, `mask:domain`, `mask:year`, `mask:initials`); `*.` is a column of any table.',
  WRITES:
    'Whether tools that create and change records are there; `off` refuses every write at once, and nothing of them is visible.',
  WRITE_POLICY:
    'The tables and columns that may be written, as JSON, with single quotes where azd sets it. `true` is every column that is valid for the operation and not secured, but for owner and state; `human` names columns whose change a person must confirm outside the model.',
  WRITE_ROLES: 'App roles of which a person needs one to write; empty means nobody by role.',
  WRITE_GROUPS: 'Entra groups (object ids) of which a person needs one to write; empty means nobody by group.',
  WRITE_CONFIRMATION:
    'Who confirms a change: `host` leaves it to the client’s own dialog, which people can switch off; `human` wants a proof for every change that a model cannot give.',
  WRITES_PER_HOUR: 'Changes that one person may make in an hour.',
  WRITE_SCOPE_AT_CONNECT:
    'Whether clients ask for the permission to write when they connect, for those that cannot ask for it later. People still have to tick it.',
  AUDIT_DETAILS:
    'What the audit tells of a call beside who, which tool and which table: `shape` the query with kinds in place of values, and ids of the records read; `full` values and search words too; `none` neither.',
  AUDIT_INGESTION_ENDPOINT:
    'Where the audit goes besides the host’s log: the endpoint of a data collection rule of the kind `Direct`. Needs AUDIT_RULE_ID and AUDIT_STREAM.',
  AUDIT_RULE_ID: 'Its immutable id.',
  AUDIT_STREAM: 'Its stream.',
  AUDIT_REQUIRED:
    'Whether an answer waits until the audit has reached that endpoint, which costs a request; where it cannot be reached, nothing is answered. Tokens and checks of the deployment do not wait for their own event.',
  AUDIT_UPN: 'Whether the audit also names the person by their sign-in name.',
  APPLICATIONINSIGHTS_CONNECTION_STRING: 'Where telemetry goes; nothing is sent without it.',
  AZURE_FUNCTIONS_ENVIRONMENT:
    'Set by the host: `Development` under Core Tools. Only then are http: addresses of this machine, plain secrets and short lifetimes accepted.',
}
