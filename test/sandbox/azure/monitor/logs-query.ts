import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { z } from 'zod'
import type { AuditRow } from '../../../../shared/telemetry/ingestion/columns.ts'
import { ANSWERS, type Answered } from './answers.ts'

export type LogsQueryOptions = {
  /** The workspace's customer id. */
  readonly workspaceId: string
  readonly rows: () => readonly AuditRow[]
  /** Claims of a token for `https://api.loganalytics.io`. @throws for any other */
  readonly verify: (token: string) => Promise<object>
  /** Whether that principal is Log Analytics Reader of the workspace. */
  readonly mayRead: (objectId: string) => boolean
  readonly now: () => number
}

class Refused extends Error {
  readonly status: number
  readonly code: string
  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

const Body = z.strictObject({ query: z.string(), timespan: z.string().optional() })
const Claims = z.object({ oid: z.string() })

/**
 * The Log Analytics query API over the rows that ingestion took. It runs no KQL: it knows the query files of the
 * project, with a literal in the place that each of them has, and gives what `answers.ts` makes of the rows. Any other
 * text is refused, so that a value which broke out of its literal is, too.
 * @see https://learn.microsoft.com/azure/azure-monitor/logs/api/request-format
 * @see https://learn.microsoft.com/azure/azure-monitor/logs/api/errors
 */
export function createLogsQuery(options: LogsQueryOptions) {
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const send = (status: number, body: unknown) =>
      void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    try {
      send(200, tableOf(await answer(options, request)))
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      send(error.status, { error: { code: error.code, message: error.message } })
    }
  }
  return (request: IncomingMessage, response: ServerResponse): void =>
    void serve(request, response).catch(() => response.destroy())
}

async function answer(options: LogsQueryOptions, request: IncomingMessage): Promise<Answered> {
  const [, workspace] = /^\/v1\/workspaces\/([^/?]+)\/query$/.exec(request.url ?? '') ?? []
  if (workspace === undefined || request.method !== 'POST') throw new Refused(404, 'PathNotFoundError', 'no such path')
  const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1]
  if (token === undefined) throw new Refused(401, 'AuthenticationFailed', "The 'Authorization' header is missing.")
  const claims = await options.verify(token).catch((error: unknown) => {
    const message = error instanceof Error ? error.message : ''
    const code = message.includes('audience') ? 'InvalidAuthenticationTokenAudience' : 'InvalidAuthenticationToken'
    throw new Refused(403, code, message)
  })
  if (workspace !== options.workspaceId)
    throw new Refused(404, 'PathNotFoundError', 'The requested path does not exist')
  if (!options.mayRead(Claims.parse(claims).oid))
    throw new Refused(403, 'InsufficientAccessError', 'The provided credentials have insufficient access.')
  const parsed = Body.safeParse(JSON.parse(await text(request)))
  if (!parsed.success) throw new Refused(400, 'BadArgumentError', 'The request had some invalid properties')
  return run(options, parsed.data)
}

const QUERIES = new URL('../../../../infra/monitor/queries/', import.meta.url)
const PLACE = /'\{[A-Z]\w*\}'/
/** @see https://learn.microsoft.com/kusto/query/scalar-data-types/string#string-literals */
const LITERAL = /^'((?:[^'\\\r\n]|\\['\\])*)'$/

function run({ rows, now }: LogsQueryOptions, { query, timespan }: z.output<typeof Body>): Answered {
  for (const [file, answerOf] of Object.entries(ANSWERS)) {
    const given = valueIn(readFileSync(new URL(file, QUERIES), 'utf8'), query)
    if (given === undefined) continue
    const from = now() - spanOf(timespan)
    return answerOf(
      rows().filter((row) => Date.parse(String(row['TimeGenerated'])) >= from),
      given,
    )
  }
  throw new Refused(400, 'BadArgumentError', 'This stand-in cannot run KQL: it knows the query files of the project.')
}

/** The value in the place of a query file; `undefined` where the text is not that file with one literal. */
function valueIn(file: string, query: string): string | undefined {
  const [before = '', after, ...more] = file.split(PLACE)
  if (more.length > 0) return undefined
  if (after === undefined) return query === file ? '' : undefined
  if (!query.startsWith(before) || !query.endsWith(after)) return undefined
  const literal = LITERAL.exec(query.slice(before.length, query.length - after.length))?.[1]
  return literal?.replaceAll(/\\(.)/g, '$1')
}

/** Whole days or hours, as ISO 8601 has them. */
function spanOf(timespan: string | undefined): number {
  if (timespan === undefined) return Number.POSITIVE_INFINITY
  const [, days] = /^P(\d{1,5})D$/.exec(timespan) ?? []
  if (days === undefined) throw new Refused(400, 'BadArgumentError', `timespan ${timespan}`)
  return Number(days) * 86_400_000
}

const COLUMN_TYPES: Readonly<Record<string, string>> = { number: 'long', boolean: 'bool' }

function tableOf(answered: Answered) {
  const names = [...new Set(answered.flatMap((row) => Object.keys(row)))]
  const columns = names.map((name) => ({ name, type: COLUMN_TYPES[typeof answered[0]?.[name]] ?? 'string' }))
  const rows = answered.map((row) => names.map((name) => row[name] ?? null))
  return { tables: [{ name: 'PrimaryResult', columns, rows }] }
}
