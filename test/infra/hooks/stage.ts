import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Context } from '../../../infra/hooks/run/context.ts'

export const TENANT = '11111111-1111-4111-8111-111111111111'
export const SUBSCRIPTION = '22222222-2222-4222-8222-222222222222'
export const CLIENT = '33333333-3333-4333-8333-333333333333'
export const ME = 'aaaaaaaa-0000-4000-8000-00000000000a'
export const OTHER = 'bbbbbbbb-0000-4000-8000-00000000000b'
export const VAULT_ID = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-contoso/providers/Microsoft.KeyVault/vaults/kv-contoso`
export const OFFICER_ROLE = 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7'

/** What every layer and the deployer have set by the end of a first run. */
export const PROVISIONED = {
  AZURE_ENV_NAME: 'contoso',
  AZURE_SUBSCRIPTION_ID: SUBSCRIPTION,
  AZURE_TENANT_ID: TENANT,
  AZURE_RESOURCE_GROUP: 'rg-contoso',
  DATAVERSE_URL: 'https://contoso.crm4.dynamics.com',
  PUBLIC_BASE_URL: 'https://func-contoso.azurewebsites.net',
  MCP_URL: 'https://func-contoso.azurewebsites.net/mcp',
  ENTRA_AUTHORITY_HOST: 'https://login.microsoftonline.com',
  ENTRA_CLIENT_ID: CLIENT,
  ENTRA_API_SCOPE: `${CLIENT}/MCP.Access`,
  KEY_VAULT_NAME: 'kv-contoso',
  KEY_VAULT_URL: 'https://kv-contoso.vault.azure.net',
}

/** A token as az prints one: what is read is the payload alone. */
export const tokenOf = (claims: object): string =>
  ['{"alg":"none"}', JSON.stringify(claims), 'signature']
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.')

export type Answer = { readonly out?: unknown; readonly error?: string; readonly status?: number }

/** What a signed-in person's az answers, by the beginning of the command. */
export const AZ: Readonly<Record<string, Answer>> = {
  version: { out: { 'azure-cli': '2.90.0' } },
  'account show': {
    out: {
      environmentName: 'AzureCloud',
      id: SUBSCRIPTION,
      tenantId: TENANT,
      name: 'Contoso',
      user: { name: 'ada@contoso.com', type: 'user' },
    },
  },
  'account get-access-token': { out: { accessToken: tokenOf({ oid: ME, tid: TENANT }), tenant: TENANT } },
  'role assignment list': { out: [] },
  'role assignment delete': {},
}
export const AZD: Readonly<Record<string, Answer>> = {
  version: { out: { azd: { version: '1.31.2', commit: 'ae35809' } } },
  'env set': {},
}

const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

const script = (log: string, name: string, answers: Readonly<Record<string, Answer>>): string =>
  [
    '#!/bin/sh',
    `printf '%s' ${quote(name)} >> ${quote(log)}`,
    `for argument in "$@"; do printf '\\t%s' "$argument" >> ${quote(log)}; done`,
    `printf '\\n' >> ${quote(log)}`,
    'case "$*" in',
    ...Object.entries(answers).map(([command, { out, error, status }]) =>
      [
        `${quote(command)}*)`,
        out === undefined ? '' : `printf '%s' ${quote(typeof out === 'string' ? out : JSON.stringify(out))}`,
        error === undefined ? '' : `printf '%s\\n' ${quote(error)} >&2`,
        `exit ${status ?? (error === undefined ? 0 : 1)} ;;`,
      ].join('\n'),
    ),
    'esac',
    `echo "ERROR: unrecognized arguments: $*" >&2`,
    'exit 2',
  ].join('\n')

export type StageOptions = {
  readonly az?: Readonly<Record<string, Answer>> | 'missing'
  readonly azd?: Readonly<Record<string, Answer>> | 'missing'
  readonly git?: Readonly<Record<string, Answer>> | 'missing'
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly fetch?: typeof fetch
  readonly args?: readonly string[]
  readonly nodeVersion?: string
}

const noNetwork: typeof fetch = () => Promise.reject(new Error('nothing may be asked of the network here'))

/** A machine with small executables in the place of az, azd and git, a virtual clock, and no network but what is given. */
export const createStage = (options: StageOptions = {}) => {
  const folder = mkdtempSync(join(tmpdir(), 'hooks-'))
  const log = join(folder, 'log')
  writeFileSync(log, '')
  const tools = {
    az: options.az ?? AZ,
    azd: options.azd ?? AZD,
    git: options.git ?? { '--version': { out: 'git version 2.43.0' } },
  }
  for (const [name, answers] of Object.entries(tools)) {
    if (answers === 'missing') continue
    writeFileSync(join(folder, name), script(log, name, answers))
    chmodSync(join(folder, name), 0o755)
  }
  const lines: string[] = []
  const pauses: number[] = []
  let time = Date.parse('2026-11-28T12:00:00Z')
  const context: Context = {
    args: options.args ?? [],
    env: { PATH: folder, ...(options.env ?? PROVISIONED) },
    platform: 'linux',
    nodeVersion: options.nodeVersion ?? '24.21.0',
    say: (line) => lines.push(line),
    fetch: options.fetch ?? noNetwork,
    now: () => time,
    sleep: async (milliseconds) => {
      pauses.push(milliseconds)
      time += milliseconds
    },
  }
  return {
    context,
    folder,
    said: () => lines.join('\n'),
    pauses,
    /** Every command that was run, in order. */
    calls: () =>
      readFileSync(log, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => line.replaceAll('\t', ' ')),
    close: () => rmSync(folder, { recursive: true, force: true }),
  }
}

export type Stage = ReturnType<typeof createStage>
