import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

import type { Person } from '../people.ts'
import type { AuditSettings } from './functions/audit/switch.ts'
import { parseAuditSettings, switchAuditing } from './functions/audit/switch.ts'
import { createAuthenticator } from './http/auth.ts'
import type { Control, Counters, Fault } from './http/control.ts'
import { createControl, parseFault } from './http/control.ts'
import { DataverseFault } from './http/errors.ts'
import type { Backend, Handler } from './http/handler.ts'
import { createHandler } from './http/handler.ts'
import type { Asked } from './http/in-process.ts'
import { answerHere } from './http/in-process.ts'
import type { Limits } from './http/limits.ts'
import { SERVICE_LIMITS, createLimiter } from './http/limits.ts'
import type { Change } from './metadata/publishing.ts'
import { parseChange } from './metadata/publishing.ts'
import { createPlatform } from './seed/platform/platform.ts'
import type { Reply } from './http/reply.ts'
import { faultReply } from './http/reply.ts'
import type { SearchSettings } from './search/switch.ts'
import { parseSettings } from './search/switch.ts'
import type { Bulk } from './seed/bulk.ts'
import { bulkRows } from './seed/bulk.ts'
import { withdrawProfile } from './security/profiles.ts'
import { createRows } from './store/seeded.ts'
import type { TableRows } from './store/store.ts'

export type DataverseOptions = {
  /** 0, the default, takes a free one. */
  readonly port?: number
  /** The host name in URLs; it listens on 127.0.0.1 whatever this is. */
  readonly hostname?: string
  /** The origin in every URL and the audience of tokens, where a front answers for it; in place of `hostname` and port. */
  readonly publicUrl?: string
  readonly issuer: string
  readonly jwksUri: string
  readonly people: readonly Person[]
  readonly now?: () => Date
  readonly mintToken?: (upn: string) => Promise<string>
  /** Service protection; the service's own numbers where nothing else is said. */
  readonly limits?: Partial<Limits>
  /** Rows beyond the seed; one with the id of a seeded row replaces it. */
  readonly rows?: TableRows
  /** Many plain rows of one table. */
  readonly bulk?: Bulk
}

export type Dataverse = {
  /** The environment URL: origin, no trailing slash; also the audience of its tokens. */
  readonly url: string
  readonly counters: () => Counters
  /** The rows are as seeded; forgets counters and faults, takes back what was published, switches search on. */
  readonly reset: () => void
  readonly fault: (fault: Fault) => void
  /** Changes the schema while the server runs. @throws DataverseFault for a change that cannot be made */
  readonly publish: (change: Change) => void
  /** Switches Dataverse Search off and on, or its limit of a request a second. */
  readonly search: (settings: Partial<SearchSettings>) => void
  /** Switches auditing of the organisation off and on; that of a table or a column is published. */
  readonly audit: (settings: AuditSettings) => void
  /** Takes the column security profile from a person until the next reset. */
  readonly withdrawProfile: (systemUserId: string) => void
  /** Adds many plain rows until the next reset. */
  readonly addBulk: (bulk: Bulk) => void
  /** For a front that answers under the real host name. */
  readonly handler: (request: IncomingMessage, response: ServerResponse) => void
  readonly close: () => Promise<void>
}

type ControlSurface = {
  readonly control: Control
  readonly reset: () => void
  readonly publish: (change: Change) => void
  readonly search: (settings: Partial<SearchSettings>) => void
  readonly audit: (settings: AuditSettings) => void
  readonly mintToken?: DataverseOptions['mintToken']
}

const json = (value: unknown): Reply => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
})

async function mint(upn: string | null, mintToken: DataverseOptions['mintToken']): Promise<Reply> {
  if (!mintToken || upn === null)
    throw new DataverseFault(404, 'sandbox', 'GET /__sandbox/token?upn=… needs a upn and a token source.')
  return { status: 200, headers: { 'content-type': 'text/plain' }, body: await mintToken(upn) }
}

async function answerControl(request: Asked, surface: ControlSurface): Promise<Reply> {
  const { control, reset, mintToken } = surface
  const target = new URL(request.url ?? '/', 'http://sandbox')
  switch (`${request.method ?? ''} ${target.pathname}`) {
    case 'GET /__sandbox/counters':
      return json(control.counters())
    case 'POST /__sandbox/fault':
      control.fault(parseFault(await text(request)))
      return json({ ok: true })
    case 'POST /__sandbox/reset':
      reset()
      return json({ ok: true })
    case 'POST /__sandbox/publish':
      surface.publish(parseChange(await text(request)))
      return json({ ok: true })
    case 'POST /__sandbox/search':
      surface.search(parseSettings(await text(request)))
      return json({ ok: true })
    case 'POST /__sandbox/audit':
      surface.audit(parseAuditSettings(await text(request)))
      return json({ ok: true })
    case 'GET /__sandbox/token':
      return mint(target.searchParams.get('upn'), mintToken)
    default:
      throw new DataverseFault(
        404,
        'sandbox',
        'GET counters, POST fault, POST reset, POST publish, POST search, POST audit, GET token?upn=…',
      )
  }
}

const safely =
  (handle: Handler): Handler =>
  (request) =>
    handle(request).catch((error: unknown) =>
      faultReply(error instanceof DataverseFault ? error : new DataverseFault(500, '0x80040216', String(error)), false),
    )

async function respond(request: IncomingMessage, response: ServerResponse, handle: Handler): Promise<void> {
  const reply = await handle(request)
  if (reply === 'silence') return
  if (!reply) {
    response.destroy()
    return
  }
  response.writeHead(reply.status, reply.headers).end(reply.body)
}

/** Starts the strict stand-in for the Dataverse Web API v9.2 on 127.0.0.1. */
export async function startDataverse(options: DataverseOptions): Promise<Dataverse> {
  const now = options.now ?? (() => new Date())
  const control = createControl()
  const platform = createPlatform()
  const limiter = createLimiter({ ...SERVICE_LIMITS, ...options.limits }, now, () => performance.now())
  const bulk = (asked: Bulk, at = now()): TableRows => bulkRows(asked, options.people, at)
  const rows = createRows({
    people: options.people,
    now: options.now,
    hasSearch: () => platform.search.settings().enabled,
    added: (at) => [...(options.rows ?? []), ...(options.bulk ? bulk(options.bulk, at) : [])],
  })
  const reset = (): void => {
    control.reset()
    limiter.reset()
    platform.metadata.restore()
    platform.search.reset()
    platform.audit.reset()
    rows.reset()
  }
  const search = (settings: Partial<SearchSettings>): void => {
    platform.search.set(settings)
    rows.seedUntilReset()
  }
  const publish = (change: Change): void => {
    // Seeded by the schema as it is before: a reset takes the change back, and no row.
    const store = rows.store()
    platform.metadata.publish(change)
    rows.touch()
    platform.audit.published(change, now())
    store.changed()
  }
  const audit = (settings: AuditSettings): void => {
    rows.touch()
    switchAuditing(platform.audit, rows.store(), settings, now())
  }
  const server = createServer({ maxHeaderSize: 131_072 })
  await once(server.listen(options.port ?? 0, '127.0.0.1'), 'listening')
  const url = options.publicUrl ?? `http://${options.hostname ?? '127.0.0.1'}:${(server.address() as AddressInfo).port}`
  const authenticate = createAuthenticator({ issuer: options.issuer, jwksUri: options.jwksUri, audience: url, now })
  const backend: Backend = {
    url,
    now,
    newId: randomUUID,
    store: rows.store,
    touch: rows.touch,
    platform,
    control,
    limiter,
    authenticate,
  }
  const api = createHandler(backend)
  const surface = { control, reset, publish, search, audit, ...(options.mintToken && { mintToken: options.mintToken }) }
  const handle = safely((request) =>
    request.url?.startsWith('/__sandbox/') ? answerControl(request, surface) : api(request),
  )
  const leave = answerHere(url, handle)
  const handler: Dataverse['handler'] = (request, response) => void respond(request, response, handle)
  server.on('request', handler)
  const close = (): Promise<void> => {
    leave()
    platform.metadata.restore()
    server.closeAllConnections()
    return new Promise((resolve) => server.close(() => resolve()))
  }
  return {
    url,
    counters: control.counters,
    reset,
    fault: control.fault,
    publish,
    search,
    audit,
    withdrawProfile: (systemUserId) => {
      rows.touch()
      withdrawProfile(rows.store(), systemUserId)
    },
    addBulk: (asked) => {
      rows.touch()
      rows.store().add(bulk(asked))
    },
    handler,
    close,
  }
}
