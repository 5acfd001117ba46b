import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { selfSignedCertificate } from '../../sandbox/self-signed-certificate.ts'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'

jest.setTimeout(120_000)
type Envelope = { readonly data: { readonly baseType: string; readonly baseData: { readonly name?: string } } }
const received: Envelope[] = []
const { cert, key } = selfSignedCertificate(['127.0.0.1'])
let folder: string
const server = createServer({ cert, key }, (request, response) => {
  void buffer(request).then((raw) => {
    const text = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw).toString()
    const envelopes = JSON.parse(text.startsWith('[') ? text : `[${text.split('\n').join(',')}]`) as Envelope[]
    received.push(...envelopes)
    const count = envelopes.length
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ itemsReceived: count, itemsAccepted: count, errors: [] }))
  })
})
beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  folder = await mkdtemp(join(tmpdir(), 'exporter-'))
  await writeFile(join(folder, 'ca.pem'), cert)
})
afterAll(async () => {
  server.closeAllConnections()
  server.close()
  await rm(folder, { recursive: true })
})

const SPANS = 200
const run = promisify(execFile)
/** What the deployment sets for its host, and the worker finds in its environment. */
const SAMPLER = Object.fromEntries(
  [...readFileSync('infra/app/function.bicep', 'utf8').matchAll(/^ {2}(OTEL_\w+): '([^']+)'$/gm)].map(
    ([, name = '', value = '']) => [name, value],
  ),
)

describe('the exporter of the app', () => {
  test('is told by the deployment to keep everything', () => {
    expect(SAMPLER).toEqual({ OTEL_TRACES_SAMPLER: 'microsoft.fixed_percentage', OTEL_TRACES_SAMPLER_ARG: '1.0' })
  })

  test.each([
    ['as it is deployed', SAMPLER],
    ['without the settings of the host', {}],
  ])('sends each of two hundred spans of a second, %s', async (_what, sampler) => {
    received.length = 0
    const { port } = server.address() as AddressInfo
    const connection = `InstrumentationKey=11111111-2222-4333-8444-555555555555;IngestionEndpoint=https://127.0.0.1:${port}/`
    const script = fileURLToPath(new URL('spans-of-a-second.ts', import.meta.url))
    const said = await run(process.execPath, [script, String(SPANS)], {
      env: {
        ...process.env,
        ...sampler,
        APPLICATIONINSIGHTS_CONNECTION_STRING: connection,
        NODE_OPTIONS: '',
        NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem'),
      },
    })
    // What telemetry says of itself would stand in the log beside the events, at every start.
    expect(said).toEqual({ stdout: '', stderr: '' })
    const names = received
      .filter(({ data }) => data.baseType === 'RemoteDependencyData')
      .map(({ data }) => data.baseData.name)
    expect(names).toHaveLength(SPANS)
    expect(new Set(names).size).toBe(SPANS)
  })
})
