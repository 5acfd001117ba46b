import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts'
import { DEPENDENCIES, type DependencyFault } from './plan.ts'

let service: Server
let proxy: FaultProxy
let done = 0
beforeEach(async () => {
  done = 0
  service = createServer((request, response) => {
    done += 1
    request.resume()
    response.writeHead(201, { 'content-type': 'text/plain' }).end('done')
  }).listen(0, '127.0.0.1')
  await once(service, 'listening')
  proxy = await startFaultProxy(
    'storage',
    () => (service.address() as AddressInfo).port,
    () => 0.5,
  )
})
afterEach(async () => {
  await proxy.close()
  service.closeAllConnections()
  service.close()
})

const post = async () => {
  const response = await fetch(`http://127.0.0.1:${proxy.port}/row`, { method: 'POST', body: 'x' })
  return { status: response.status, text: await response.text() }
}

test('without a fault everything passes', async () => {
  expect(await post()).toEqual({ status: 201, text: 'done' })
})

test('a fault hits its share of the requests, and no longer than it is set', async () => {
  proxy.set({ kind: 'failing', share: 50 })
  expect((await post()).status).toBe(201)
  proxy.set({ kind: 'failing', share: 51 })
  expect((await post()).status).toBe(500)
  proxy.set(undefined)
  expect((await post()).status).toBe(201)
})

test.each<[DependencyFault, number]>([
  ['reset', 0],
  ['lost', 1],
])('%s: the connection breaks, and the service did it %d times', async (kind, times) => {
  proxy.set({ kind, share: 100 })
  await expect(post()).rejects.toThrow()
  expect(done).toBe(times)
})

describe('a service refuses in its own words', () => {
  test.each(DEPENDENCIES)('%s', async (dependency) => {
    const refusing = await startFaultProxy(
      dependency,
      () => 0,
      () => 0,
    )
    refusing.set({ kind: 'throttled', share: 100 })
    const response = await fetch(`http://127.0.0.1:${refusing.port}/`)
    expect([429, 503]).toContain(response.status)
    expect(await response.json()).toEqual(expect.any(Object))
    await refusing.close()
  })
})
