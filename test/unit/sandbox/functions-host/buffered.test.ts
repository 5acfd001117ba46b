import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type FunctionsHost, startFunctionsHost } from '../../../sandbox/functions-host/start.ts'
import { rawRequest } from './raw-request.ts'
import { createSampleApp, type SampleApp } from './sample-app.ts'

type Echo = {
  url: string
  method: string
  headers: Record<string, string>
  query: [string, string][]
  params: Record<string, string>
  body: string
  settings: (string | null)[]
}

let sample: SampleApp
let host: FunctionsHost
beforeAll(async () => {
  process.env.FOREIGN = 'must not be passed on'
  sample = await createSampleApp()
  host = await startFunctionsHost({ appDir: sample.dir, env: { BOTH: 'given', AzureWebJobsDisableHomepage: 'true' } })
})
afterAll(async () => {
  delete process.env.FOREIGN
  await host.close()
  await sample.remove()
})

const CHUNKED = 'Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n'
const get = (path: string, init?: RequestInit) => fetch(host.url + path, init)
const echo = async (path: string, init?: RequestInit) => (await (await get(path, init)).json()) as Echo

describe('routing', () => {
  test.each([
    ['the first function by name wins', 'GET', '/shadow/specific', 200, 'catch-all specific'],
    ['a catch-all takes zero segments', 'GET', '/shadow', 200, 'catch-all -'],
    ['a trailing slash is ignored', 'GET', '/headed/', 200, 'four'],
    ['a literal ignores case', 'GET', '/HEADED', 200, 'four'],
    ['a wrong method is 404, not 405', 'POST', '/headed', 404, ''],
    ['HEAD is not derived from GET', 'HEAD', '/cookies', 404, ''],
    ['a listed HEAD is served without a body', 'HEAD', '/headed', 200, ''],
    ['OPTIONS is served only where listed', 'OPTIONS', '/echo', 404, ''],
    ['an unknown path is 404', 'GET', '/nowhere', 404, ''],
    ['the home page is off', 'GET', '/', 404, ''],
    ['nothing returned is 204', 'GET', '/nothing', 204, ''],
    ['a throw is 500 without a body', 'GET', '/throws', 500, ''],
    ['an empty first segment is matched by no catch-all', 'GET', '//shadow', 404, ''],
    ['what begins with the name of a host’s own address is not one', 'GET', '/administrator', 404, ''],
  ])('%s', async (_, method, path, status, body) => {
    const response = await get(path, { method })
    expect({ status: response.status, body: await response.text() }).toEqual({ status, body })
  })
})

test.each(['/admin/host/status', '/runtime/webhooks', '/ADMIN/'])('%s asks for the host’s key', async (path) => {
  const { status, headers } = await get(path)
  expect([status, headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
})

describe('request', () => {
  test('url is raw, query joins repeated keys whatever their case', async () => {
    const seen = await echo('/echo/a%2Fb?a=1&A=2&x=%2B')
    expect(seen.url).toBe(`${host.url}/echo/a%2Fb?a=1&A=2&x=%2B`)
    expect(seen.query).toEqual([
      ['a', '1,2'],
      ['x', '+'],
    ])
    expect(seen.params).toEqual({ id: 'a%2Fb' })
  })

  test('a query key is no route parameter, and "headers" changes nothing', async () => {
    const seen = await echo('/echo?headers=1&Headers={"cookie":"forged"}&id=2', { headers: { cookie: 'mine=1' } })
    expect(seen.params).toEqual({})
    expect(seen.headers.cookie).toBe('mine=1')
  })

  test('repeated headers are joined with a comma, cookies too', async () => {
    const answer = await rawRequest(host.url, 'GET /echo HTTP/1.1\r\nHost: h\r\nCookie: a=1\r\nCookie: b=2\r\n\r\n')
    expect(answer).toContain('"cookie":"a=1,b=2"')
    expect(answer).toContain('"url":"http://h/echo"')
  })

  test('the scheme and the host are what the client claims, X-Forwarded-Host is not', async () => {
    const seen = await echo('/echo', { headers: { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'evil.example' } })
    expect(seen.url).toBe(`${host.url.replace('http:', 'https:')}/echo`)
  })

  test.each(['', 'a b', 'https, ://', '%', 'https, http'])(
    'of X-Forwarded-Proto %j no scheme is taken',
    async (proto) => {
      expect((await echo('/echo', { headers: { 'x-forwarded-proto': proto } })).url).toBe(`${host.url}/echo`)
    },
  )

  test('the client address is the last hop of X-Forwarded-For', async () => {
    const seen = await echo('/echo', { headers: { 'x-forwarded-for': '10.0.0.1' } })
    expect(seen.headers['x-forwarded-for']).toMatch(/^10\.0\.0\.1, 127\.0\.0\.1:\d+$/)
  })

  test('a sized body arrives, a chunked one is dropped', async () => {
    expect((await echo('/echo', { method: 'POST', body: 'grant=ä' })).body).toBe('grant=ä')
    const chunked = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('lost'))
        controller.close()
      },
    })
    const seen = await echo('/echo', { method: 'POST', body: chunked, duplex: 'half' } as RequestInit)
    expect(seen.body).toBe('')
    expect(seen.headers['transfer-encoding']).toBe('chunked')
  })

  test.each([
    ['a header block over 32 KB', `GET /echo HTTP/1.1\r\nHost: h\r\nX: ${'x'.repeat(33_000)}\r\n\r\n`, 431],
    ['a header block of 30 KB', `GET /echo HTTP/1.1\r\nHost: h\r\nX: ${'x'.repeat(30_000)}\r\n\r\n`, 200],
    ['a request line over 8,192 bytes', `GET /echo?${'q'.repeat(8200)} HTTP/1.1\r\nHost: h\r\n\r\n`, 414],
    ['a header beyond latin1', 'GET /echo HTTP/1.1\r\nHost: h\r\nX: \u20ac\r\n\r\n', 500],
    ['a header that is not UTF-8', Buffer.from('GET /echo HTTP/1.1\r\nHost: h\r\nX: \xe4\r\n\r\n', 'latin1'), 400],
    ['a Host that is none', 'GET /echo HTTP/1.1\r\nHost: a b\r\n\r\n', 400],
    ['a Host with a path', 'GET /echo HTTP/1.1\r\nHost: h/x\r\n\r\n', 400],
    ['a port that is none', 'GET /echo HTTP/1.1\r\nHost: h:x\r\n\r\n', 400],
    ['no Host', 'GET /echo HTTP/1.1\r\n\r\n', 400],
    ['no Host in HTTP/1.0', 'GET /echo HTTP/1.0\r\n\r\n', 500],
    ['an unknown method', 'FOO /echo HTTP/1.1\r\nHost: h\r\n\r\n', 404],
    ['no HTTP', 'hello\r\n\r\n', 400],
    ['a length beside chunks', `POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n${CHUNKED}`, 200],
    ['a body of more than 100 MiB', 'POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 104857601\r\n\r\n', 413],
  ])('%s', async (_, text, status) => {
    expect(await rawRequest(host.url, text)).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
  })
})

describe('response', () => {
  test('of Set-Cookie headers only the last survives, cookies all do, values percent-encoded', async () => {
    const response = await get('/cookies')
    expect(response.headers.getSetCookie()).toEqual([
      'last=2',
      '__Host-a=x%20y%3Bz; max-age=60; path=/; secure; samesite=lax; httponly',
      'b=it%27s; path=/',
    ])
  })

  test('a body comes in chunks, an empty one has its length', async () => {
    const response = await get('/headed')
    expect(response.headers.get('transfer-encoding')).toBe('chunked')
    expect(response.headers.get('content-length')).toBeNull()
    expect(response.headers.get('x-one')).toBe('yes')
    expect((await get('/empty')).headers.get('content-length')).toBe('0')
  })
})

describe('the process', () => {
  test('settings come from the environment given, then from local.settings.json, and from nowhere else', async () => {
    expect((await echo('/echo')).settings).toEqual(['local', 'given', 'none'])
  })

  test('logs of the app are kept', async () => {
    await get('/logs')
    await get('/logs')
    expect(await host.logs()).toContain('[information] logs: for the audit')
    expect(await host.logs()).toContain('from the console')
  })

  test('a timer runs when asked, and its failure is told', async () => {
    const before = Number(await (await get('/swept')).text())
    await host.runTimer('sweep')
    expect(Number(await (await get('/swept')).text())).toBe(before + 1)
    await expect(host.runTimer('broken')).rejects.toThrow('no storage')
    await expect(host.runTimer('echo')).rejects.toThrow('no timer function "echo"')
  })
})
