import { SETTINGS, type Setting } from '../../shared/config/settings.ts'
import { SETTING_TEXTS } from './setting-texts.ts'

/** Of no use on a developer's machine: they need Azure's vault or identity, or Core Tools sets them. */
export const NOT_LOCAL: readonly (keyof typeof SETTINGS)[] = [
  'MANAGED_IDENTITY_CLIENT_ID',
  'ENTRA_CERTIFICATE_SECRET_NAME',
  'ENTRA_CLIENT_SECRET_NAME',
  'TABLES_ENDPOINT',
  'KEY_VAULT_URL',
  'SEALING_KEY_NAME',
  'INDEX_KEY_NAME',
  'AZURE_FUNCTIONS_ENVIRONMENT',
]

/** What a developer must replace; the app refuses to start with these. */
export const TO_BE_FILLED = {
  ENTRA_TENANT_ID: '<Directory (tenant) ID>',
  ENTRA_CLIENT_ID: '<Application (client) ID>',
  ENTRA_CLIENT_SECRET: '<client secret of the app registration>',
  DATAVERSE_URL: '<https://contoso.crm.dynamics.com>',
} as const

const LOCAL_VALUES: Readonly<Record<string, string>> = {
  PUBLIC_BASE_URL: 'http://localhost:7071',
  ENTRA_CREDENTIAL: 'client-secret',
  TABLES_CONNECTION_STRING: 'UseDevelopmentStorage=true',
  LOCAL_KEY_FILE: '.keys/local.json',
  ...TO_BE_FILLED,
}

const RUNTIME = {
  FUNCTIONS_WORKER_RUNTIME: ['node', 'Which worker Core Tools starts.'],
  AzureWebJobsStorage: ['UseDevelopmentStorage=true', 'Storage of the host itself (the timer): npm run storage.'],
} as const

/**
 * `local.settings.sample.json`. Core Tools turns every member of `Values` into an environment variable, so what
 * explains them stands beside, in a member that it ignores.
 */
export function localSettings(): string {
  const names = Object.keys(SETTINGS) as (keyof typeof SETTINGS)[]
  const settings = names.filter((name) => !NOT_LOCAL.includes(name))
  const entries = [
    ...Object.entries(RUNTIME).map(([name, [value, what]]) => ({ name, value, what })),
    ...settings.map((name) => {
      const { fallback, example }: Setting = SETTINGS[name]
      const what = SETTING_TEXTS[name]
      const value = LOCAL_VALUES[name] ?? fallback ?? ''
      return { name, value, what: value === '' ? `${what} For example: ${example}` : what }
    }),
  ]
  const sample = {
    IsEncrypted: false,
    _comments: Object.fromEntries(entries.map(({ name, what }) => [name, what])),
    Values: Object.fromEntries(entries.map(({ name, value }) => [name, value])),
    Host: { LocalHttpPort: 7071 },
  }
  return JSON.stringify(sample)
}
