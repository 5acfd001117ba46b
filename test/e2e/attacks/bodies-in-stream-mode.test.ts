// Not in a bare npm test: starts built instances of the app.
import { type ClientRequest, type IncomingMessage, request as httpRequest } from 'node:http'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { BODY_BOUNDS } from '../../../shared/http/bounds/sizes.ts'
import { STREAM_MODE } from '../../sandbox/start-sandbox.ts'
import { connect, PRIYA } from '../support/oauth.ts'
import { raw } from '../support/raw.ts'
import { eventually, pause, useSandbox } from '../support/suite.ts'
import { forge } from '../support/token-forge.ts'

const sandbox = useSandbox({ deployed: true, settings: STREAM_MODE })
const api = () => sandbox().app.url
let bearer = ''
beforeAll(async () => {
  bearer = `Bearer ${(await connect(sandbox(), PRIYA)).access}`
})

const KB = 1024
const JSON_TYPE = { 'content-type': 'application/json' }
const CHUNKED = { 'transfer-encoding': 'chunked' }
/** Too large for everybody; what is left of 384 KB fits into the buffers between host and worker, and would stay there. */
const sized = (kilobytes: number) => Array.from({ length: kilobytes / 64 }, () => 'x'.repeat(64 * KB))
/** More than a busy machine takes for itself, and less than a body may hold an invocation. */
const WAIT_MS = BODY_BOUNDS.readMs / 2

/** Eight people who have nothing to do with it; what was left in a connection stops whoever comes next on it. */
async function strangersAt(base: string): Promise<unknown[]> {
  const ask = () =>
    fetch(`${base}/health`, { signal: AbortSignal.timeout(WAIT_MS) }).then(
      ({ status }) => status,
      () => 'no answer',
    )
  return Promise.all(Array.from({ length: 8 }, ask))
}
const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value)
const five = (send: () => Promise<{ status: number }>) =>
  Promise.all(times(5, send).map(async (one) => (await one()).status))

type Refused = readonly [string, string, string, () => Record<string, string>, number]
const REFUSED: readonly Refused[] = [
  ['over the limit, of somebody signed in', 'POST', '/mcp', () => ({ authorization: bearer, ...JSON_TYPE }), 413],
  ['over the limit, of anybody, at /mcp', 'POST', '/mcp', () => ({ authorization: `Bearer ${forge('access')}` }), 413],
  ['over the limit at registration', 'POST', '/oauth/register', () => JSON_TYPE, 413],
  ['over the limit at the token endpoint', 'POST', '/oauth/token', () => ({}), 413],
  ['over the limit at the consent page', 'POST', '/oauth/authorize', () => ({}), 413],
  ['not read for want of a bearer', 'POST', '/mcp', () => ({}), 401],
  ['not read as the bearer is none of ours', 'POST', '/mcp', () => ({ authorization: 'Bearer x' }), 401],
  ['over the limit at a preflight', 'OPTIONS', '/oauth/token', () => ({}), 413],
  ['at an address that is too long', 'POST', `/oauth/token?${'x'.repeat(8_160)}`, () => ({}), 414],
  ['under headers that are too long', 'POST', '/oauth/token', () => ({ x: 'x'.repeat(17_000) }), 431],
  ['of GET', 'GET', '/health', () => ({}), 200],
  ['where there is nothing', 'PUT', '/nowhere', () => ({}), 413],
]

describe('a body in chunks, five at once', () => {
  test.each(REFUSED)('%s: answered, and strangers are served', async (_, method, path, headers, status) => {
    const sent = { method, headers: { ...headers(), ...CHUNKED }, body: sized(384) }
    expect(await five(() => raw(api() + path, sent))).toEqual(times(5, status))
    expect(await strangersAt(api())).toEqual(times(8, 200))
  })

  test('is refused for a member that would replace headers, and strangers are served', async () => {
    const small = { method: 'POST', headers: { ...JSON_TYPE, ...CHUNKED }, body: ['{"Headers":', '{}}'] }
    expect(await five(() => raw(`${api()}/oauth/register`, small))).toEqual(times(5, 400))
    expect(await strangersAt(api())).toEqual(times(8, 200))
  })

  test('at a server that is not set up yet', async () => {
    const broken = await sandbox().startInstance({ DATAVERSE_URL: 'nowhere' })
    const sent = { method: 'POST', headers: CHUNKED, body: sized(384) }
    expect(await five(() => raw(`${broken.url}/oauth/token`, sent))).toEqual(times(5, 503))
    expect(await strangersAt(broken.url)).toEqual(times(8, 503))
  })
})

/** How the host answers whose connection the app has closed: the app's own answer is lost with it. */
const CUT_OFF = 502

/** Sends a piece again and again, until there is an answer. */
function endless(path: string, method: string, headers: Record<string, string>, bytes: number, everyMs: number) {
  const started = performance.now()
  let timer: NodeJS.Timeout | undefined
  return new Promise<{ status: number; afterMs: number }>((resolve) => {
    const done = (status: number) => {
      clearInterval(timer)
      sent.destroy()
      resolve({ status, afterMs: performance.now() - started })
    }
    const options = { method, headers: { ...CHUNKED, ...headers }, agent: false }
    const sent: ClientRequest = httpRequest(api() + path, options, (response: IncomingMessage) =>
      done(response.statusCode ?? 0),
    )
    sent.on('error', () => done(CUT_OFF))
    const piece = Buffer.alloc(bytes, 'x')
    timer = setInterval(() => {
      if (sent.writableLength < 4 * KB * KB) sent.write(piece)
    }, everyMs)
  })
}

const sixty = () =>
  times(30, ['/mcp', '/health'])
    .flat()
    .map((path) => endless(path, path === '/mcp' ? 'POST' : 'GET', {}, 1, 100))

describe('a body without an end', () => {
  const ENDLESS: readonly (readonly [string, string, string, () => Record<string, string>])[] = [
    ['fast, of somebody signed in', 'POST', '/mcp', () => ({ authorization: bearer, ...JSON_TYPE })],
    ['fast, of anybody', 'POST', '/oauth/register', () => JSON_TYPE],
    ['fast, without a bearer', 'POST', '/mcp', () => ({})],
    ['fast, of GET', 'GET', '/health', () => ({})],
  ]
  test.each(ENDLESS)('%s, is cut off', async (_, method, path, headers) => {
    const { status, afterMs } = await endless(path, method, headers(), 256 * KB, 5)
    expect(status).toBe(CUT_OFF)
    expect(afterMs).toBeLessThan(BODY_BOUNDS.readMs)
    expect(await strangersAt(api())).toEqual(times(8, 200))
  })

  test('slow, sixty at once, are cut off after two seconds, and keep nobody waiting', async () => {
    // Nobody waits for the sixty to be cut off: of three rounds a machine that stands still spoils one or two.
    let servedBeside = false
    for (let round = 0; round < 3 && !servedBeside; round += 1) {
      let cutOff = 0
      const held = sixty()
      for (const one of held) void one.then(() => (cutOff += 1))
      await pause(300)
      expect(await strangersAt(api())).toEqual(times(8, 200))
      servedBeside = cutOff === 0
      const answers = await Promise.all(held)
      expect(answers.map(({ status }) => status)).toEqual(times(60, CUT_OFF))
      expect(Math.max(...answers.map(({ afterMs }) => afterMs))).toBeLessThan(BODY_BOUNDS.readMs)
    }
    expect(servedBeside).toBe(true)
    expect(await strangersAt(api())).toEqual(times(8, 200))
  })
})

test('a body that breaks off is nobody’s fault of ours, and strangers are served', async () => {
  const sent = httpRequest(`${api()}/oauth/token`, { method: 'POST', headers: CHUNKED, agent: false })
  sent.on('error', () => undefined)
  sent.write('grant_type=')
  await pause(100)
  const brokenOff = async () => (await sandbox().app.logs()).filter((line) => line.includes('socket hang up')).length
  const before = await brokenOff()
  sent.destroy()
  await eventually(async () => (await brokenOff()) > before)
  expect(await strangersAt(api())).toEqual(times(8, 200))
  expect((await sandbox().app.logs()).join('\n')).not.toContain('request.failed')
})
