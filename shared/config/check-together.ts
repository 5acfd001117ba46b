import type { z } from 'zod'
import { isHost, isSafeUrl } from './addresses.ts'
import { isRedirectPattern, REDIRECT_PATTERNS_WANTED } from './clients/redirect-pattern.ts'
import { contrastWithWhite } from './contrast.ts'
import { DAY, type SETTINGS } from './settings.ts'

export type Name = keyof typeof SETTINGS
/** Of settings that are wrong, and of those that say nothing, nothing. */
export type Values = { [K in Name]: z.output<(typeof SETTINGS)[K]['schema']> | undefined }
export type Report = (name: string, problem: string, example?: string) => void

const URLS = [
  'PUBLIC_BASE_URL',
  'ENTRA_AUTHORITY_HOST',
  'DATAVERSE_URL',
  'TABLES_ENDPOINT',
  'KEY_VAULT_URL',
  'AUDIT_INGESTION_ENDPOINT',
] as const
const DEVELOPMENT_ONLY = ['ENTRA_CLIENT_SECRET', 'TABLES_CONNECTION_STRING', 'LOCAL_KEY_FILE'] as const
const LEAST_IN_PRODUCTION = {
  CODE_LIFETIME: 30,
  SIGN_IN_LIFETIME: 120,
  ACCESS_TOKEN_LIFETIME: 300,
  REFRESH_IDLE_LIFETIME: DAY,
  GRANT_LIFETIME: DAY,
  REFRESH_GRACE: 10,
} as const

/**
 * What no setting tells by itself. What would only follow from one that is reported already is left out.
 * @param areFine whether none of these is reported
 */
export function checkTogether(values: Values, report: Report, areFine: (...names: readonly Name[]) => boolean): void {
  const development = values.AZURE_FUNCTIONS_ENVIRONMENT === 'Development'
  for (const name of URLS) if (values[name] && !isSafeUrl(values[name], development)) report(name, 'must be https')
  if (!development) {
    for (const name of DEVELOPMENT_ONLY)
      if (values[name]) report(name, 'is accepted only in Development', 'leave it out')
    for (const [name, least] of Object.entries(LEAST_IN_PRODUCTION))
      if ((values[name as keyof typeof LEAST_IN_PRODUCTION] ?? least) < least)
        report(name, `must be at least ${least} outside Development`)
  }
  if (!values.TABLES_ENDPOINT && !values.TABLES_CONNECTION_STRING && areFine('TABLES_CONNECTION_STRING'))
    report('TABLES_ENDPOINT', 'is missing')
  if (!values.KEY_VAULT_URL && !values.LOCAL_KEY_FILE && areFine('LOCAL_KEY_FILE'))
    report('KEY_VAULT_URL', 'is missing')
  const needsVault =
    values.ENTRA_CREDENTIAL === 'certificate' ||
    (values.ENTRA_CREDENTIAL === 'client-secret' && !values.ENTRA_CLIENT_SECRET)
  if (needsVault && !values.KEY_VAULT_URL && areFine('ENTRA_CLIENT_SECRET'))
    report('KEY_VAULT_URL', `is needed for ENTRA_CREDENTIAL=${values.ENTRA_CREDENTIAL ?? ''}`)
  const byIdentity =
    values.ENTRA_CREDENTIAL === 'managed-identity' || (values.TABLES_ENDPOINT !== undefined && !development)
  if (byIdentity && !values.MANAGED_IDENTITY_CLIENT_ID) report('MANAGED_IDENTITY_CLIENT_ID', 'is missing')
  if (values.BRAND_COLOR && contrastWithWhite(values.BRAND_COLOR) < 4.5)
    report('BRAND_COLOR', 'is too light for white text (WCAG AA wants a contrast of 4.5)')
  checkAudit(values, report, areFine)
  checkWrites(values, report, areFine)
  checkLists(values, report)
}

const INGESTION = ['AUDIT_INGESTION_ENDPOINT', 'AUDIT_RULE_ID', 'AUDIT_STREAM'] as const

/** A part alone would write nothing, and nobody would know. */
function checkAudit(values: Values, report: Report, areFine: (...names: readonly Name[]) => boolean): void {
  const isWanted = values.AUDIT_REQUIRED === true || INGESTION.some((name) => values[name] !== undefined)
  if (!isWanted || !areFine(...INGESTION)) return
  for (const name of INGESTION) if (values[name] === undefined) report(name, 'is missing for the audit')
}

/** What is open to nobody, or opens nothing, would look as if it were switched on. */
function checkWrites(values: Values, report: Report, areFine: (...names: readonly Name[]) => boolean): void {
  if (values.WRITES !== 'on') return
  if (!values.WRITE_POLICY && areFine('WRITE_POLICY')) report('WRITE_POLICY', 'is missing for WRITES=on')
  if (!values.WRITE_ROLES && !values.WRITE_GROUPS && areFine('WRITE_ROLES', 'WRITE_GROUPS'))
    report('WRITE_ROLES', 'or WRITE_GROUPS is missing for WRITES=on: nobody could write')
}

function checkLists(values: Values, report: Report): void {
  for (const origin of values.ALLOWED_ORIGINS ?? [])
    if (!URL.canParse(origin) || new URL(origin).origin !== origin)
      report('ALLOWED_ORIGINS', 'must list origins: scheme and host, no path, no trailing slash')
  for (const domain of values.CLIENT_ID_METADATA_DOMAINS ?? [])
    if (domain !== '*' && !isHost(domain.toLowerCase()))
      report('CLIENT_ID_METADATA_DOMAINS', 'must list hosts without scheme, port or path, or * for any public host')
  for (const pattern of values.REDIRECT_URI_ALLOW_LIST ?? [])
    if (!isRedirectPattern(pattern)) report('REDIRECT_URI_ALLOW_LIST', REDIRECT_PATTERNS_WANTED)
}
