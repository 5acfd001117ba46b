import { randomBytes } from 'node:crypto'
import { quoted } from '../../doctor/wire/plain-text.ts'
import { addressIn } from '../network/own-address.ts'
import { followPages, type Page } from '../run/follow-pages.ts'
import { objectOf } from '../run/read-json.ts'
import { textOf } from '../tools/run-tool.ts'

const API_VERSION = '7.6'
const TIMEOUT_MS = 30_000

/** As infra/main.bicep names them in the app's settings. */
export const KEY_NAMES = ['sealing-key', 'index-key'] as const
export type KeyName = (typeof KEY_NAMES)[number]

/**
 * Key Vault refused or was not reached (status 0). `reason` is its innermost code.
 * @see https://learn.microsoft.com/azure/key-vault/general/rest-error-codes
 */
export class VaultRefused extends Error {
  readonly status: number
  readonly reason: string
  readonly retryAfterMs: number | undefined
  /** Of the machine that its firewall keeps out, as the vault sees it. */
  readonly clientAddress: string | undefined
  constructor(status: number, reason: string, message: string, retryAfterMs?: number, clientAddress?: string) {
    super(message)
    this.name = 'VaultRefused'
    this.status = status
    this.reason = reason
    this.retryAfterMs = retryAfterMs
    this.clientAddress = clientAddress
  }
}

/** Whether the vault's network refused, and not a missing right. */
export const isKeptOut = ({ status, reason }: VaultRefused): boolean =>
  status === 403 && (reason === 'ForbiddenByFirewall' || reason === 'ForbiddenByConnection')

export type KeyVersion = { readonly createdAt: number; readonly enabled: boolean }

export type Vault = {
  /** Whether the key exists; its value is not kept. */
  readonly has: (name: KeyName) => Promise<boolean>
  /** Adds a version of 256 random bits in base64url; older versions stay. */
  readonly write: (name: KeyName) => Promise<void>
  /** Newest first; times in milliseconds. */
  readonly versions: (name: KeyName) => Promise<readonly KeyVersion[]>
}

type Options = { readonly url: string; readonly token: () => Promise<string>; readonly fetch: typeof fetch }

const refused = (response: Response, json: unknown, text: string): VaultRefused => {
  const retryAfter = Number(response.headers.get('retry-after'))
  const retryAfterMs = retryAfter > 0 ? retryAfter * 1000 : undefined
  const message = textOf(json, 'error', 'message')
  if (message === undefined)
    return new VaultRefused(
      response.status,
      'NotKeyVault',
      `HTTP ${response.status} with ${quoted(text, 80)}`,
      retryAfterMs,
    )
  const reason = textOf(json, 'error', 'innererror', 'code') ?? textOf(json, 'error', 'code') ?? ''
  const firstLine = message.split(/\r?\n/, 1)[0] ?? ''
  return new VaultRefused(response.status, reason, firstLine, retryAfterMs, addressIn(message))
}

const notReached = (error: unknown): VaultRefused => {
  const reason = textOf(error, 'cause', 'code') ?? textOf(error, 'code') ?? 'Unreachable'
  const message = textOf(error, 'cause', 'message') ?? textOf(error, 'message') ?? 'no answer'
  return new VaultRefused(0, reason, message)
}

const notOfVault = (what: string): VaultRefused => new VaultRefused(0, 'NotKeyVault', what)

const createRequest =
  ({ token, fetch: send }: Options) =>
  async (url: string, init: RequestInit): Promise<Readonly<Record<string, unknown>>> => {
    const headers = { authorization: `Bearer ${await token()}`, 'content-type': 'application/json' }
    const signal = AbortSignal.timeout(TIMEOUT_MS)
    let response: Response
    let text: string
    try {
      response = await send(url, { ...init, headers, redirect: 'error', signal })
      // The body may break off as the connection may.
      text = await response.text()
    } catch (error) {
      throw notReached(error)
    }
    const json = objectOf(text)
    if (!response.ok || json === undefined) throw refused(response, json, text)
    return json
  }

type Request = ReturnType<typeof createRequest>

const versionOf = (row: unknown): KeyVersion => {
  const { created, enabled } = (row as { attributes?: { created?: unknown; enabled?: unknown } }).attributes ?? {}
  const createdAt = typeof created === 'number' ? created * 1000 : Number.NaN
  if (Number.isNaN(new Date(createdAt).getTime())) throw notOfVault('a version of a key without a date')
  return { createdAt, enabled: enabled !== false }
}

const listVersions = async (request: Request, first: string): Promise<KeyVersion[]> => {
  const read = async (url: string): Promise<Page> => {
    const page = await request(url, {})
    const rows = page['value']
    if (!Array.isArray(rows)) throw notOfVault('a list without rows')
    return { rows, next: textOf(page, 'nextLink') }
  }
  const rows = await followPages(first, '/secrets/', read, notOfVault)
  return rows.map(versionOf).sort((left, right) => right.createdAt - left.createdAt)
}

/** A secret as the vault shows it and answers to a write: with a value, or it is somebody else's answer. */
const secret = async (request: Request, url: string, init: RequestInit): Promise<void> => {
  if (textOf(await request(url, init), 'value') === undefined) throw notOfVault('an answer without a secret')
}

/**
 * The two keys in a vault's data plane; every call throws VaultRefused.
 * @see https://learn.microsoft.com/rest/api/keyvault/secrets/operation-groups
 */
export const openVault = (options: Options): Vault => {
  const request = createRequest(options)
  const urlOf = (path: string): string => `${options.url.replace(/\/$/, '')}/secrets/${path}?api-version=${API_VERSION}`
  return {
    has: async (name) => {
      try {
        await secret(request, urlOf(name), {})
        return true
      } catch (error) {
        if (error instanceof VaultRefused && error.status === 404 && error.reason === 'SecretNotFound') return false
        throw error
      }
    },
    write: async (name) => {
      const value = randomBytes(32).toString('base64url')
      await secret(request, urlOf(name), {
        method: 'PUT',
        body: JSON.stringify({ value, contentType: 'base64url, 256 bits' }),
      })
    },
    versions: (name) => listVersions(request, urlOf(`${name}/versions`)),
  }
}
