import { once } from 'node:events'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { connect } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { startFaultProxy as startFaulty } from '../../chaos/faults/fault-proxy.ts'
import { startTokenProxy } from '../../conformance/official/token-proxy.ts'
import { startTelemetrySink } from '../../sandbox/azure/monitor/telemetry-sink.ts'
import { startFaultProxy } from '../../storage/support/fault-proxy.ts'

/** A service whose connection is reset when half of its answer has gone out. */
let service: Server
const portOf = (server: Server): number => (server.address() as AddressInfo).port
beforeAll(async () => {
  service = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nhalf', () => socket.resetAndDestroy())
    })
  }).listen(0, '127.0.0.1')
  await once(service, 'listening')
})
afterAll(() => new Promise((resolve) => service.close(resolve)))

type Started = { readonly url: string; readonly close: () => Promise<void> }
const PROXIES: readonly (readonly [string, () => Promise<Started>])[] = [
  [
    'the faults of chaos',
    async () => {
      const { port, close } = await startFaulty(
        'storage',
        () => portOf(service),
        () => 0,
      )
      return { url: `http://127.0.0.1:${port}`, close }
    },
  ],
  [
    'those of storage',
    async () => {
      const { connectionString, close } = await startFaultProxy(`TableEndpoint=http://127.0.0.1:${portOf(service)}/;`)
      return { url: /http[^;]+/.exec(connectionString)?.[0] ?? '', close }
    },
  ],
  [
    'the bearer of the official runner',
    async () => {
      const { origin, forwardTo, close } = await startTokenProxy()
      forwardTo(`http://127.0.0.1:${portOf(service)}/`, 'x')
      return { url: origin, close }
    },
  ],
]

describe('an answer that breaks off behind its head', () => {
  test.each(PROXIES)('is passed on as one by the proxy for %s, and ends nothing else', async (_, start) => {
    const { url, close } = await start()
    await expect(fetch(url).then((answer) => answer.text())).rejects.toThrow()
    await close()
    await turn()
  })
})

test('what a process was sending when it ended is no fault of the telemetry’s sink', async () => {
  const { settings, envelopes, close } = await startTelemetrySink()
  const { port } = new URL(/https:\S+/.exec(settings['APPLICATIONINSIGHTS_CONNECTION_STRING'] ?? '')?.[0] ?? '')
  const socket = connect({ host: '127.0.0.1', port: Number(port), rejectUnauthorized: false })
  await once(socket, 'secureConnect')
  socket.end('POST /v2.1/track HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nhalf')
  await once(socket.resume(), 'close')
  await close()
  expect(envelopes()).toEqual([])
})
