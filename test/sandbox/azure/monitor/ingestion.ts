import type { IncomingMessage, ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'
import { z } from 'zod'
import { bearerOf, BearerRefused, type VerifyBearer } from '../access/bearer.ts'
import { type Access, mayAct } from '../access/role-assignments.ts'
import type { Handler } from '../front/routes.ts'

export type Component = {
  /** Resource id in ARM. */
  readonly id: string
  readonly instrumentationKey: string
  /** Then the key alone is not enough. */
  readonly disableLocalAuth: boolean
}
export type IngestionOptions = {
  readonly components: () => readonly Component[]
  readonly verify: VerifyBearer
  readonly access: Access
}
export type Ingestion = {
  readonly handler: Handler
  /** Accepted so far, by kind: `RequestData`, `MessageData`, `MetricData` … */
  readonly envelopes: () => Readonly<Record<string, number>>
  /** Statuses of refused requests that named one of the components. */
  readonly refused: () => readonly number[]
}

const AUDIENCE = 'https://monitor.azure.com'
const envelopeSchema = z.looseObject({ iKey: z.string(), data: z.looseObject({ baseType: z.string() }) })
type Envelope = z.output<typeof envelopeSchema>

/** One array, or one object a line. */
async function readEnvelopes(request: IncomingMessage): Promise<Envelope[]> {
  const raw = await buffer(request)
  const text = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw).toString()
  const parsed: unknown = text.trimStart().startsWith('[')
    ? JSON.parse(text)
    : text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [JSON.parse(line) as unknown]))
  return z.array(envelopeSchema).parse(parsed)
}

/**
 * Application Insights' ingestion: counts what it is sent, and refuses what comes without the right to send it.
 * @see https://learn.microsoft.com/azure/azure-monitor/app/azure-ad-authentication
 */
export function createIngestion({ components, verify, access }: IngestionOptions): Ingestion {
  const accepted: Record<string, number> = {}
  const refused: number[] = []

  const statusFor = async (request: IncomingMessage, component: Component): Promise<number> => {
    if (!component.disableLocalAuth && request.headers.authorization === undefined) return 200
    try {
      const { oid } = await verify(bearerOf(request.headers.authorization), [AUDIENCE])
      return mayAct(access, oid, 'Microsoft.Insights/Telemetry/Write', component.id) ? 200 : 403
    } catch (error) {
      if (error instanceof BearerRefused) return 401
      throw error
    }
  }

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const known = request.method === 'POST' && /^\/v2(\.1)?\/track$/.test(request.url ?? '')
    const envelopes = known ? await readEnvelopes(request) : []
    const component = components().find(({ instrumentationKey }) => instrumentationKey === envelopes[0]?.iKey)
    if (!component)
      return void response.writeHead(known ? 400 : 404).end('{"errors":[{"message":"Invalid instrumentation key"}]}')
    const status = await statusFor(request, component)
    if (status === 200) for (const { data } of envelopes) accepted[data.baseType] = (accepted[data.baseType] ?? 0) + 1
    else refused.push(status)
    const count = envelopes.length
    const body = { itemsReceived: count, itemsAccepted: status === 200 ? count : 0, errors: [] }
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }

  return {
    handler: (request, response) =>
      void serve(request, response).catch(() => {
        if (response.headersSent) request.socket.destroy()
        else response.writeHead(400).end('{"errors":[{"message":"malformed"}]}')
      }),
    envelopes: () => ({ ...accepted }),
    refused: () => [...refused],
  }
}
