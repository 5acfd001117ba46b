import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from '@jest/globals'
import { createTableClient } from '../../../shared/app/azure-clients.ts'
import { readConfig } from '../../../shared/config/config.ts'
import { DEVELOPMENT } from '../../unit/config/environments.ts'

const open: (() => Promise<void>)[] = []
afterEach(() => Promise.all(open.splice(0).map((close) => close())))

/** A table of the app's own client, on a service that answers as told. */
async function tableOf(answer: RequestListener) {
  let asked = 0
  const server = createServer((request, response) => {
    asked += 1
    answer(request, response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  open.push(async () => {
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  })
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/account`
  const connection = `DefaultEndpointsProtocol=http;AccountName=account;AccountKey=YWJj;TableEndpoint=${endpoint};`
  const config = readConfig({ ...DEVELOPMENT, TABLES_CONNECTION_STRING: connection })
  const client = createTableClient(config, { getToken: () => Promise.resolve(null) }, 'grants')
  return { read: () => client.getEntity('a', 'b'), asked: () => asked }
}

const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length

test.each<[string, number, RequestListener]>([
  ['breaks off before it answers', 3, (request) => request.socket.destroy()],
  ['refuses', 3, (_request, response) => response.writeHead(503).end()],
  ['has no such row', 1, (_request, response) => response.writeHead(404).end()],
])('a service that %s is asked as often as that helps, and no timer is left', async (_what, times, answer) => {
  const { read, asked } = await tableOf(answer)
  const before = timers()
  await expect(read()).rejects.toThrow()
  expect([asked(), timers() > before]).toEqual([times, false])
})

test('nothing, or the head of an answer and nothing more, is waited for five seconds, once', async () => {
  const services: readonly RequestListener[] = [
    () => undefined,
    (_request, response) => response.writeHead(200, { 'content-type': 'application/json' }).write('{"a":'),
  ]
  const tables = await Promise.all(services.map(tableOf))
  const began = performance.now()
  await Promise.all(tables.map(({ read }) => expect(read()).rejects.toThrow(/abort/i)))
  expect(performance.now() - began).toBeGreaterThan(4_900)
  expect(tables.map(({ asked }) => asked())).toEqual([1, 1])
})
