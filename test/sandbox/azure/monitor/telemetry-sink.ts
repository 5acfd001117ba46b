import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'
import { selfSignedCertificate } from '../../self-signed-certificate.ts'

/** What the exporter sends for one span, metric or log. */
export type Envelope = {
  readonly data: {
    readonly baseType: string
    readonly baseData: { readonly name?: string; readonly id?: string; readonly data?: string }
  }
  readonly sampleRate?: number
}

export type TelemetrySink = {
  /** What a process needs in its environment to send to it. */
  readonly settings: Readonly<Record<string, string>>
  /** Everything that came, parsed. */
  readonly envelopes: () => readonly Envelope[]
  /** Everything that came, as it was sent, headers aside. */
  readonly text: () => string
  readonly forget: () => void
  readonly close: () => Promise<void>
}

/** Takes in whatever Azure's exporter sends, over https as the exporter will have it, and keeps it. */
export async function startTelemetrySink(): Promise<TelemetrySink> {
  const texts: string[] = []
  const { cert, key } = selfSignedCertificate(['127.0.0.1'])
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const raw = await buffer(request)
    const text = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw).toString()
    texts.push(text)
    const count = envelopesOf(text).length
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ itemsReceived: count, itemsAccepted: count, errors: [] }))
  }
  const server = createServer({ cert, key }, (request, response) => {
    // A process that ends cuts off what it is sending.
    void take(request, response).catch(() => request.socket.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const folder = await mkdtemp(join(tmpdir(), 'telemetry-sink-'))
  await writeFile(join(folder, 'ca.pem'), cert)
  const { port } = server.address() as AddressInfo
  return {
    settings: {
      APPLICATIONINSIGHTS_CONNECTION_STRING: `InstrumentationKey=11111111-2222-4333-8444-555555555555;IngestionEndpoint=https://127.0.0.1:${port}/`,
      NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem'),
    },
    envelopes: () => texts.flatMap(envelopesOf),
    text: () => texts.join('\n'),
    forget: () => void texts.splice(0),
    close: async () => {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** One array, or one object a line. */
function envelopesOf(text: string): Envelope[] {
  return JSON.parse(text.startsWith('[') ? text : `[${text.trim().split('\n').join(',')}]`) as Envelope[]
}
