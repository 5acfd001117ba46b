import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { RecordedCall } from '../report/recorded-call.ts'
import { type Edge, startEdge } from './edge.ts'

let servers: Server[] = []
let edge: Edge
let seen: RecordedCall[] = []
let answered: string[] = []
const killed = new Set<number>()
const portOf = (server: Server | undefined): number => (server!.address() as AddressInfo).port

async function instance(name: string): Promise<Server> {
  const server = createServer((request, response) => {
    request.resume()
    if (request.url === '/hang-up') return void request.socket.destroy()
    answered.push(name)
    response.writeHead(200, { 'content-type': 'application/json' }).end(`{"by":"${name}"}`)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

beforeEach(async () => {
  seen = []
  answered = []
  killed.clear()
  servers = [await instance('a'), await instance('b')]
  const ports = servers.map(portOf)
  edge = await startEdge({
    ports: () => ports,
    wasKilled: (port) => killed.has(port),
    onCall: (call) => void seen.push(call),
  })
})
afterEach(async () => {
  await edge.close()
  for (const server of servers) server.close()
})

const post = async (path: string, body = 'x') => {
  const response = await fetch(`${edge.url}${path}`, { method: 'POST', body })
  return { status: response.status, json: (await response.json()) as Record<string, string> }
}

test('goes round', async () => {
  for (let times = 0; times < 4; times++) await post('/token')
  expect(answered.toSorted()).toEqual(['a', 'a', 'b', 'b'])
  expect(seen.map(({ path, status }) => [path, status])).toEqual(Array(4).fill(['/token', 200]))
})

test('an instance that is gone is passed by', async () => {
  servers[0]?.close()
  for (let times = 0; times < 3; times++) expect((await post('/token')).json.by).toBe('b')
})

test.each(['at once', 'answered'] as const)('an answer is lost %s, and the app has done its work', async (when) => {
  const done = edge.loseAnswerTo('token-1', when)
  await expect(post('/token', 'token-1')).rejects.toThrow()
  await done
  expect(answered).toHaveLength(1)
  expect((await post('/token', 'token-1')).status).toBe(200)
})

test('a living instance that hangs up is shown to the judge', async () => {
  await expect(post('/hang-up')).rejects.toThrow()
  expect(seen.map(({ status }) => status)).toEqual([0])
})

test('what was in flight in a killed one is answered as a front end would, and is not the app’s fault', async () => {
  for (const server of servers) killed.add(portOf(server))
  expect(await post('/hang-up')).toMatchObject({ status: 502, json: { error: 'temporarily_unavailable' } })
  expect(seen).toEqual([])
})
