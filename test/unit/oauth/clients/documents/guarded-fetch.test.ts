import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { fetchJson, type Network } from '../../../../../shared/oauth/clients/documents/guarded-fetch.ts'
import { isPublicAddress } from '../../../../../shared/oauth/clients/documents/public-address.ts'
import { type Answer, type DocumentServer, HOST, jsonAnswer, startDocumentServer } from './document-server.ts'

const ADDRESS = new URL(`https://${HOST}/client.json`)
const LIMIT = 5 * 1024
const JSON_HEAD = { 'content-type': 'application/json' }
let server: DocumentServer

beforeAll(async () => {
  server = await startDocumentServer()
})
afterAll(() => server.close())
beforeEach(() => {
  server.requests.length = 0
  server.answer = jsonAnswer({ ok: true })
})

const read = (replaced: Partial<Network> = {}, url = ADDRESS) => fetchJson(url, { ...server.network, ...replaced })
const textOf = (length: number) => JSON.stringify('x'.repeat(length - 2))

describe('an honest host', () => {
  test('is read, and told nothing but what is asked', async () => {
    const { json, headers } = await read()
    expect(json).toEqual({ ok: true })
    expect(headers['content-type']).toBe('application/json')
    expect(server.requests).toEqual([
      {
        url: '/client.json',
        headers: {
          host: HOST,
          accept: 'application/json',
          'accept-encoding': 'identity',
          'user-agent': 'mcp-oauth',
          connection: 'close',
        },
      },
    ])
  })

  test.each(['application/json', 'application/json; charset=utf-8', 'application/client+json', 'Application/JSON'])(
    'may call it %s',
    async (type) => {
      server.answer = jsonAnswer({ type }, { 'content-type': type })
      expect((await read()).json).toEqual({ type })
    },
  )

  test('may use the whole 5 KB', async () => {
    server.answer = (_request, response) => response.writeHead(200, JSON_HEAD).end(textOf(LIMIT))
    expect((await read()).json).toHaveLength(LIMIT - 2)
  })

  test('may be a literal address, if public', async () => {
    await expect(read({}, new URL('https://127.0.0.1/client.json'))).resolves.toMatchObject({ json: { ok: true } })
  })
})

describe('server-side request forgery', () => {
  test.each([
    '127.0.0.1',
    '127.1',
    '2130706433',
    '0x7f.1',
    '0x7f000001',
    '0177.0.0.1',
    '[::1]',
    '[::ffff:7f00:1]',
    '[::ffff:127.0.0.1]',
    '[::7f00:1]',
    '169.254.169.254',
    '168.63.129.16',
    '100.64.0.1',
    '10.0.0.1',
    '172.16.0.1',
    '192.168.0.1',
    '[fd00::1]',
    '[fe80::1]',
    '0.0.0.0',
    '0',
    '[::]',
    '[64:ff9b::7f00:1]',
    '[2002:7f00:1::]',
    '１２７.0.0.1',
  ])('the literal host %s is refused', async (host) => {
    const { port } = server.network
    const url = new URL(`https://${host}/client.json`)
    await expect(fetchJson(url, { port })).rejects.toMatchObject({ reason: 'private-address' })
    expect(server.requests).toHaveLength(0)
  })

  test('a name for this machine is refused by the resolver that is really used', async () => {
    const { port } = server.network
    const url = new URL('https://localhost/client.json')
    await expect(fetchJson(url, { port })).rejects.toMatchObject({ reason: 'private-address' })
  })

  test.each([
    ['a private address', ['10.0.0.1']],
    ['a public and a private one', ['8.8.8.8', '127.0.0.1']],
    ['a public and a mapped private one', ['2606:4700::1', '::ffff:10.0.0.1']],
  ])('a name that resolves to %s is refused', async (_what, addresses) => {
    const resolve = async () => addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
    await expect(read({ resolve, isPublicAddress })).rejects.toMatchObject({ reason: 'private-address' })
    expect(server.requests).toHaveLength(0)
  })

  test('DNS rebinding: the address that was checked is the one connected to', async () => {
    const answers = ['127.0.0.1', '10.0.0.1']
    let asked = 0
    const resolve = async () => [{ address: answers[asked++] ?? '', family: 4 }]
    await expect(read({ resolve })).resolves.toMatchObject({ json: { ok: true } })
    expect(asked).toBe(1)
    await expect(read({ resolve })).rejects.toMatchObject({ reason: 'private-address' })
    expect(server.requests).toHaveLength(1)
  })

  test('of several addresses the next is tried when one is dead', async () => {
    const resolve = async () => ['127.0.0.9', '127.0.0.1'].map((address) => ({ address, family: 4 }))
    await expect(read({ resolve, isPublicAddress: () => true })).resolves.toMatchObject({ json: { ok: true } })
  })

  test.each([301, 302, 303, 307, 308])('a redirect (%i) into the network is not followed', async (status) => {
    server.answer = (_request, response) => response.writeHead(status, { location: '/elsewhere.json' }).end()
    await expect(read()).rejects.toMatchObject({ reason: 'redirect' })
    expect(server.requests).toHaveLength(1)
  })

  test('a host whose certificate is for another name is refused', async () => {
    const url = new URL('https://other.test/client.json')
    await expect(read({}, url)).rejects.toMatchObject({
      reason: 'unreachable',
      cause: { code: 'ERR_TLS_CERT_ALTNAME_INVALID' },
    })
  })

  test('a host whose certificate nobody vouches for is refused', async () => {
    const { resolve, port } = server.network
    await expect(fetchJson(ADDRESS, { resolve, port, isPublicAddress: () => true })).rejects.toMatchObject({
      reason: 'unreachable',
      cause: { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
    })
    expect(server.requests).toHaveLength(0)
  })
})

describe('a hostile answer', () => {
  const bomb = gzipSync(Buffer.alloc(1024 * 1024, ' '))
  test.each<[string, string, Answer]>([
    [
      'declared too big',
      'too-large',
      (_, r) => r.writeHead(200, { ...JSON_HEAD, 'content-length': LIMIT + 1 }).flushHeaders(),
    ],
    ['one byte too big', 'too-large', (_, r) => r.writeHead(200, JSON_HEAD).end(textOf(LIMIT + 1))],
    ['endless', 'too-large', (_, r) => pour(r.writeHead(200, JSON_HEAD))],
    ['gzip bomb', 'not-json', (_, r) => r.writeHead(200, { ...JSON_HEAD, 'content-encoding': 'gzip' }).end(bomb)],
    ['HTML', 'not-json', (_, r) => r.writeHead(200, { 'content-type': 'text/html' }).end('{}')],
    ['lookalike type', 'not-json', (_, r) => r.writeHead(200, { 'content-type': 'application/jsonp' }).end('{}')],
    ['without type', 'not-json', (_, r) => r.writeHead(200).end('{}')],
    ['broken JSON', 'not-json', (_, r) => r.writeHead(200, JSON_HEAD).end('{"client_id":')],
    ['empty', 'not-json', (_, r) => r.writeHead(200, JSON_HEAD).end()],
    ['not UTF-8', 'not-json', (_, r) => r.writeHead(200, JSON_HEAD).end(Buffer.from('"\xe4"', 'latin1'))],
    ['missing', 'not-served', (_, r) => r.writeHead(404, JSON_HEAD).end('{}')],
    ['created', 'unreachable', (_, r) => r.writeHead(201, JSON_HEAD).end('{}')],
    [
      'broken off',
      'unreachable',
      (_, r) => r.writeHead(200, { ...JSON_HEAD, 'content-length': 9 }).write('{', () => r.destroy()),
    ],
    ['hung up', 'unreachable', (_, r) => r.destroy()],
    ['huge header', 'unreachable', (_, r) => r.writeHead(200, { ...JSON_HEAD, 'x-big': 'x'.repeat(40_000) }).end('{}')],
    ['upgrade', 'unreachable', (_, r) => r.writeHead(101, { connection: 'upgrade', upgrade: 'x' }).end()],
  ])('%s is refused: %s', async (_name, reason, answer) => {
    server.answer = answer
    await expect(read()).rejects.toMatchObject({ name: 'DocumentRefused', reason })
  })

  test.each<[string, Partial<Network>, Answer]>([
    ['silent', {}, () => undefined],
    ['dripping', {}, (_, r) => drip(r.writeHead(200, JSON_HEAD))],
    ['dripping early hints', {}, (_, r) => hint(r)],
    ['with a silent name server', { resolve: () => new Promise(() => undefined) }, jsonAnswer({})],
  ])('%s ends at the deadline', async (_name, replaced, answer) => {
    server.answer = answer
    await expect(read({ ...replaced, deadlineMs: 300 })).rejects.toMatchObject({ reason: 'too-slow' })
  })

  test('a name that does not resolve is unreachable, with the reason in the cause', async () => {
    const cause = new Error('ENOTFOUND')
    await expect(read({ resolve: () => Promise.reject(cause) })).rejects.toMatchObject({ reason: 'unreachable', cause })
    await expect(read({ resolve: async () => [] })).rejects.toMatchObject({ reason: 'unreachable' })
  })
})

function repeat(response: Parameters<Answer>[1], everyMs: number, act: () => void): void {
  const timer = setInterval(act, everyMs)
  response.on('close', () => clearInterval(timer))
}

function drip(response: Parameters<Answer>[1]): void {
  repeat(response, 50, () => response.write(' '))
}

function pour(response: Parameters<Answer>[1]): void {
  repeat(response, 1, () => response.write(' '.repeat(1000)))
}

function hint(response: Parameters<Answer>[1]): void {
  repeat(response, 50, () => response.writeEarlyHints({ link: '</a>; rel=preload' }))
}
