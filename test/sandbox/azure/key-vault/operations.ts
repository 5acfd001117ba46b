import { z } from 'zod'
import { badParameter, VaultError } from './errors.ts'
import type { Item, Secrets } from './secrets.ts'

export type Call = { readonly url: URL; readonly body: string }
/** An operation that the request names; `run` comes after the right to it was checked. */
export type Operation = {
  readonly action: string
  /** Below the vault, as RBAC sees it. */
  readonly resource: string
  readonly run: (secrets: Secrets, call: Call) => { readonly status: number; readonly body?: unknown }
}

const MOST_PER_PAGE = 25
const NAME = /^[0-9a-zA-Z-]{1,127}$/
/** Key Vault: 25 KB. */
const MOST_BYTES = 25_600

const attributes = z.object({ enabled: z.boolean(), nbf: z.int(), exp: z.int() }).partial()
const change = z
  .object({ contentType: z.string().max(255), tags: z.record(z.string(), z.string()), attributes })
  .partial()
const newVersion = change.extend({ value: z.string() })

function read<T>(schema: z.ZodType<T>, body: string): T {
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch {
    throw badParameter('Request body is not valid JSON.')
  }
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw badParameter(`Property ${issue?.path.join('.') ?? ''} has invalid value`)
}

/** Pages of at most 25, with an absolute address of the next. */
function page(items: readonly Item[], { url }: Call) {
  const size = Number(url.searchParams.get('maxresults') ?? MOST_PER_PAGE)
  if (!Number.isInteger(size) || size < 1 || size > MOST_PER_PAGE)
    throw badParameter(`Property maxresults is limited to ${MOST_PER_PAGE}`)
  const from = Number(url.searchParams.get('$skiptoken') ?? 0)
  const next = new URL(url)
  next.searchParams.set('$skiptoken', String(from + size))
  const more = from + size < items.length
  return { status: 200, body: { value: items.slice(from, from + size), nextLink: more ? next.href : null } }
}

function setSecret(secrets: Secrets, name: string, body: string): Item {
  const given = read(newVersion, body)
  if (Buffer.byteLength(given.value) > MOST_BYTES) throw badParameter('The specified value is too long.')
  return secrets.set(name, given as Parameters<Secrets['set']>[1])
}

const ok = (body: unknown) => ({ status: 200, body })

type Run = (secrets: Secrets, name: string, version: string, call: Call) => ReturnType<Operation['run']>
/** Method and path, `{n}` a name and `{v}` a version, with the data action that Azure asks for. */
const OPERATIONS: Readonly<Record<string, readonly [action: string, run: Run]>> = {
  'GET secrets': ['readMetadata/action', (secrets, _n, _v, call) => page(secrets.list(), call)],
  'PUT secrets/{n}': ['setSecret/action', (secrets, name, _v, { body }) => ok(setSecret(secrets, name, body))],
  'GET secrets/{n}': ['getSecret/action', (secrets, name) => ok(secrets.get(name))],
  'DELETE secrets/{n}': ['delete', (secrets, name) => ok(secrets.delete(name))],
  'GET secrets/{n}/versions': ['readMetadata/action', (secrets, name, _v, call) => page(secrets.versions(name), call)],
  'GET secrets/{n}/{v}': ['getSecret/action', (secrets, name, version) => ok(secrets.get(name, version))],
  'PATCH secrets/{n}/{v}': [
    'update/action',
    (secrets, name, version, { body }) =>
      ok(secrets.update(name, version, read(change, body) as Parameters<Secrets['update']>[2])),
  ],
  'GET deletedsecrets': ['readMetadata/action', (secrets, _n, _v, call) => page(secrets.listDeleted(), call)],
  'GET deletedsecrets/{n}': ['readMetadata/action', (secrets, name) => ok(secrets.getDeleted(name))],
  'POST deletedsecrets/{n}/recover': ['recover/action', (secrets, name) => ok(secrets.recover(name))],
  'DELETE deletedsecrets/{n}': [
    'purge/action',
    (secrets, name) => {
      secrets.purge(name)
      return { status: 204 }
    },
  ],
}

function keyOf(method: string, [collection = '', name, last]: readonly string[]): string {
  if (name === undefined) return `${method} ${collection}`
  const fixed = last === 'versions' || last === 'recover'
  return [`${method} ${collection}`, '{n}', ...(last === undefined ? [] : [fixed ? last : '{v}'])].join('/')
}

/** @throws VaultError 400, 404 or 405 for what Key Vault's secrets do not offer, or a name that cannot be */
export function operationOf(method: string, path: string): Operation {
  const segments = path
    .replace(/^\/+|(?<!\/)\/+$/g, '')
    .split('/')
    .map(decodeURIComponent)
  // The clients end a path with "/" when they mean the newest version.
  const key = keyOf(method, segments)
  const found = Object.hasOwn(OPERATIONS, key) ? OPERATIONS[key] : undefined
  if (!found || segments.length > 3) {
    const known = segments[0] === 'secrets' || segments[0] === 'deletedsecrets'
    throw known
      ? new VaultError(405, 'MethodNotAllowed', 'The method is not allowed for this resource.')
      : new VaultError(404, 'NotFound', 'The resource was not found.')
  }
  const [, name = '', version = ''] = segments
  if (segments.length > 1 && !NAME.test(name)) throw badParameter(`The request URI contains an invalid name: ${name}`)
  const [action, run] = found
  return {
    action: `Microsoft.KeyVault/vaults/secrets/${action}`,
    resource: name === '' ? '' : `/secrets/${name}`,
    run: (secrets, call) => run(secrets, name, version, call),
  }
}
