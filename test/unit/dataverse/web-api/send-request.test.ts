import { createServer, type Server } from 'node:http'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { afterEach, describe, expect, test } from '@jest/globals'
import * as z from 'zod'
import { nextStepFor } from '../../../../shared/dataverse/advice/next-step.ts'
import { DataverseError } from '../../../../shared/dataverse/errors.ts'
import { turnsOf } from '../support/turns.ts'
import { listen, stop } from '../../mcp/support/upstream.ts'
import { clientOf } from '../support/wire.ts'

const servers: Server[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await stop(server)
})

async function serve(listener: Parameters<typeof createServer>[1]): Promise<string> {
  const server = createServer(listener)
  servers.push(server)
  return await listen(server)
}

const JSON_TEXT = JSON.stringify({ value: ['é'.repeat(2_000)] })

describe('answers on the wire', () => {
  test.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
  ])('%s is undone', async (encoding, compress) => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': encoding })
      response.end(compress(JSON_TEXT))
    })
    expect(await clientOf(url).get('accounts', z.unknown())).toEqual(JSON.parse(JSON_TEXT))
  })

  test.each([
    [1, { requests: 2, outcome: 'answered' }],
    [2, { requests: 2, outcome: 'unreachable' }],
  ])('a connection that is cut %d times: asked once more, and no more', async (cuts, expected) => {
    let left = cuts
    const url = await serve((request, response) => {
      if (left-- > 0) request.socket.destroy()
      else response.end('{}')
    })
    const api = clientOf(url)
    const outcome = await api.get('accounts', z.unknown()).then(
      () => 'answered',
      (error: unknown) => (error instanceof DataverseError ? error.code : error),
    )
    expect({ requests: api.requests(), outcome }).toEqual(expected)
  })

  test('gzip is asked for', async () => {
    let asked: unknown
    const url = await serve((request, response) => {
      asked = request.headers['accept-encoding']
      response.end('{}')
    })
    await clientOf(url).get('accounts', z.unknown())
    expect(asked).toContain('gzip')
  })

  test('connections are kept alive: many requests, hardly any connection', async () => {
    const ports = new Set<number | undefined>()
    const url = await serve((request, response) => {
      ports.add(request.socket.remotePort)
      response.end('{}')
    })
    for (let count = 0; count < 20; count += 1) await clientOf(url).get('accounts', z.unknown())
    // Now and then the next request comes before the last connection is free again.
    expect(ports.size).toBeLessThanOrEqual(3)
  })

  test.each([
    ['plain', {}, (text: string) => Buffer.from(text)],
    ['packed small', { 'content-encoding': 'gzip' }, gzipSync],
  ])('one that is too large is not read to its end: %s', async (_what, headers, pack) => {
    const url = await serve((_request, response) => {
      response.writeHead(200, headers)
      response.end(pack(`"${'x'.repeat(21_000_000)}"`))
    })
    const error: unknown = await clientOf(url)
      .get('accounts', z.unknown())
      .catch((caught: unknown) => caught)
    expect(error).toMatchObject({ code: 'answer_too_large' })
    expect(error instanceof DataverseError && nextStepFor(error)).toContain('fewer columns')
  })

  test('one that does not come is given up at the deadline', async () => {
    const url = await serve(() => undefined)
    const asked = clientOf(url, { deadline: Date.now() + 100 }).get('accounts', z.unknown())
    await expect(asked).rejects.toMatchObject({ kind: 'timeout' })
  })

  test('one that stops half way is given up at the deadline', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200)
      response.write('{"value":[')
    })
    const asked = clientOf(url, { deadline: Date.now() + 200 }).get('accounts', z.unknown())
    await expect(asked).rejects.toMatchObject({ kind: 'timeout' })
  })
})

describe('turns', () => {
  test('bound what one person has under way, and no one else', async () => {
    const turns = turnsOf(3)
    const under = new Map<string, number>()
    const most = new Map<string, number>()
    const url = await serve((request, response) => {
      const who = String(request.headers.authorization)
      under.set(who, (under.get(who) ?? 0) + 1)
      most.set(who, Math.max(most.get(who) ?? 0, under.get(who) ?? 0))
      setTimeout(() => {
        under.set(who, (under.get(who) ?? 0) - 1)
        response.end('{}')
      }, 20)
    })
    const ask = (who: string): Promise<unknown> =>
      clientOf(url, { token: who, takeTurn: (signal) => turns.take(who, signal) }).get('accounts', z.unknown())
    await Promise.all(Array.from({ length: 20 }, (_, index) => ask(index % 2 ? 'priya' : 'marcus')))
    expect(Object.fromEntries(most)).toEqual({ 'Bearer priya': 3, 'Bearer marcus': 3 })
    expect(turns.size()).toBe(0)
  })

  test('are given back after a failure', async () => {
    const turns = turnsOf(1)
    const takeTurn = (signal: AbortSignal): Promise<() => void> => turns.take('priya', signal)
    const unreachable = clientOf('http://127.0.0.1:1', { takeTurn })
    await expect(unreachable.get('accounts', z.unknown())).rejects.toMatchObject({ code: 'unreachable' })
    expect(turns.size()).toBe(0)
  })

  test('who waits past the deadline leaves the queue', async () => {
    const turns = turnsOf(1)
    const release = await turns.take('priya', AbortSignal.timeout(5_000))
    const takeTurn = (signal: AbortSignal): Promise<() => void> => turns.take('priya', signal)
    const late = clientOf('http://127.0.0.1:1', { takeTurn, deadline: Date.now() + 50 })
    await expect(late.get('accounts', z.unknown())).rejects.toMatchObject({ kind: 'timeout' })
    const ended = AbortSignal.abort(new Error('ended'))
    await expect(turns.take('priya', ended)).rejects.toThrow('ended')
    release()
    release()
    expect(turns.size()).toBe(0)
  })

  test('are taken in the order in which they were asked for', async () => {
    const turns = turnsOf(1)
    const order: number[] = []
    await Promise.all(
      [1, 2, 3].map(async (number) => {
        const release = await turns.take('priya', AbortSignal.timeout(5_000))
        order.push(number)
        release()
      }),
    )
    expect(order).toEqual([1, 2, 3])
  })
})
