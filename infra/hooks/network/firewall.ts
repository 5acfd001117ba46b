import { plain } from '../../doctor/wire/plain-text.ts'
import { readBoolean } from '../parameters/kinds.ts'
import { type Context, Stop } from '../run/context.ts'
import { optional, required } from '../run/environment.ts'
import { objectOf } from '../run/read-json.ts'
import { accessToken } from '../tools/azure-cli.ts'
import { textOf } from '../tools/run-tool.ts'

const MANAGEMENT = 'https://management.azure.com'
const TIMEOUT_MS = 60_000
/** Tokens live an hour or more; one that is kept can close even when `az` no longer starts. */
const TOKEN_LASTS_MS = 1_800_000

/** Who comes in from outside of the network; `addresses` only where the rest is kept out. */
export type Standing =
  | { readonly access: 'nobody' }
  | { readonly access: 'everybody' }
  | { readonly access: 'some'; readonly addresses: readonly string[] }

/** The public side of one resource. */
export type Firewall = {
  /** In words, for a sentence. */
  readonly what: string
  readonly look: () => Promise<Standing>
  /** Addresses that come in beside the network; none of them: nobody, but the service says whom it refuses. */
  readonly admit: (addresses: readonly string[]) => Promise<void>
  /** Nobody comes in but by the network, as the template has it. */
  readonly close: () => Promise<void>
}

/** Whether the environment asks for a private network, as azd reads it. */
export const isPrivate = (context: Pick<Context, 'env'>): boolean =>
  readBoolean(optional(context, 'PRIVATE_NETWORK')) === true

/** What closes again whatever was left open, whoever opened it. */
export const HOW_TO_CLOSE = ['npm run network -- close', 'azd provision platform --no-state'] as const

type Method = 'GET' | 'PATCH'

const refusal = (what: string, method: Method, status: number, json: unknown): Stop => {
  const done = method === 'GET' ? 'see' : 'change'
  const code = textOf(json, 'error', 'code') ?? ''
  const said = plain(`${status} ${code}: ${textOf(json, 'error', 'message') ?? 'no reason'}`, 400)
  if (code === 'RequestDisallowedByPolicy')
    return new Stop(
      `A policy of the tenant keeps public access to ${what} off, for one address, too (${said}).\nType the same on a machine in the network, or in one that is peered with it: infra/private-network.md says how.`,
    )
  if (code === 'AuthorizationFailed')
    return new Stop(
      method === 'GET'
        ? `You may not see who reaches ${what} (${said}).\nWhoever may read its resource group can (Reader).`
        : `You may not change who reaches ${what} (${said}).\nWhoever deploys may (Owner or Contributor); or type the same on a machine in the network.`,
    )
  return new Stop(`Azure did not let you ${done} who reaches ${what} (${said}).`, HOW_TO_CLOSE)
}

type Ask = (method: Method, body?: unknown) => Promise<unknown>

const asking = (context: Context, what: string, url: string): Ask => {
  let token: Promise<string> | undefined
  let takenAt = context.now()
  return async (method, body) => {
    if (token === undefined || context.now() - takenAt > TOKEN_LASTS_MS) {
      takenAt = context.now()
      token = accessToken(context, { resource: MANAGEMENT })
    }
    const headers = { authorization: `Bearer ${await token}`, 'content-type': 'application/json' }
    const signal = AbortSignal.timeout(TIMEOUT_MS)
    const sent = body === undefined ? {} : { body: JSON.stringify(body) }
    const response = await context.fetch(url, { method, headers, redirect: 'error', signal, ...sent }).catch(() => {
      throw new Stop(`Azure Resource Manager was not reached; it was to say who reaches ${what}.`, HOW_TO_CLOSE)
    })
    const json = objectOf(await response.text())
    if (!response.ok || json === undefined) throw refusal(what, method, response.status, json)
    return json
  }
}

const rulesOf = (acls: unknown): readonly string[] => {
  const { ipRules } = (acls ?? {}) as { readonly ipRules?: unknown }
  return Array.isArray(ipRules) ? ipRules.map((rule) => plain(textOf(rule, 'value') ?? '?', 40)) : []
}

const standingOf = (resource: unknown): Standing => {
  const { properties } = resource as { readonly properties?: { readonly networkAcls?: unknown } }
  if (textOf(properties, 'publicNetworkAccess') === 'Disabled') return { access: 'nobody' }
  if (textOf(properties, 'networkAcls', 'defaultAction') !== 'Deny') return { access: 'everybody' }
  return { access: 'some', addresses: rulesOf(properties?.networkAcls) }
}

type Place = {
  readonly what: string
  readonly type: string
  readonly name: string
  readonly apiVersion: string
  /** What a rule says beside its address. */
  readonly rule: Readonly<Record<string, string>>
}

const firewallOf = (context: Context, { what, type, name, apiVersion, rule }: Place): Firewall => {
  const id = [
    '/subscriptions',
    required(context, 'AZURE_SUBSCRIPTION_ID'),
    'resourceGroups',
    required(context, 'AZURE_RESOURCE_GROUP'),
    `providers/${type}`,
    name,
  ].join('/')
  const ask = asking(context, what, `${MANAGEMENT}${id}?api-version=${apiVersion}`)
  const set = async (publicNetworkAccess: 'Enabled' | 'Disabled', addresses: readonly string[]): Promise<void> => {
    const ipRules = addresses.map((value) => ({ value, ...rule }))
    const networkAcls = { bypass: 'None', defaultAction: 'Deny', ipRules, virtualNetworkRules: [] }
    await ask('PATCH', { properties: { publicNetworkAccess, networkAcls } })
  }
  return {
    what,
    look: async () => standingOf(await ask('GET')),
    admit: (addresses) => set('Enabled', addresses),
    close: () => set('Disabled', []),
  }
}

/** Of the vault with the keys. */
export const vaultFirewall = (context: Context): Firewall => {
  const name = required(context, 'KEY_VAULT_NAME')
  const type = 'Microsoft.KeyVault/vaults'
  return firewallOf(context, { what: `vault ${name}`, type, name, apiVersion: '2023-07-01', rule: {} })
}

/** Of the account with the app's tables. */
export const tablesFirewall = (context: Context): Firewall => {
  const name = required(context, 'TOKEN_ACCOUNT_NAME')
  const type = 'Microsoft.Storage/storageAccounts'
  const rule = { action: 'Allow' }
  return firewallOf(context, { what: `storage account ${name}`, type, name, apiVersion: '2023-05-01', rule })
}
