import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from '@jest/globals'
import { diagnose } from '../../../../infra/doctor/diagnose.ts'

let server: Server | undefined
afterEach(() => {
  server?.closeAllConnections()
  server?.close()
})

/** A server that looks like the app as far as its documents; `members` are put into them as they stand. */
async function start(members: string): Promise<string> {
  server = createServer(({ url = '' }, response) => {
    const own = `http://127.0.0.1:${(server!.address() as AddressInfo).port}`
    const isMetadata = /authorization-server|openid/.test(url)
    const status = url === '/health' || url.startsWith('/.well-known/') ? 200 : 401
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(isMetadata ? `{"issuer":"${own}",${members}}` : '{"status":"ok"}')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`
}

const nested = `${'['.repeat(200_000)}${']'.repeat(200_000)}`

describe('the doctor comes to an end, and says what is wrong', () => {
  test.each([
    ['two documents nested without end', `"x":${nested}`, 'server-metadata-not-json'],
    ['members of every object’s own', '"__proto__":{"a":1},"constructor":2,"toString":3', 'endpoint-missing'],
    ['a hundred thousand scopes', `"scopes_supported":[${'"a",'.repeat(100_000)}"a"]`, 'endpoint-missing'],
  ])('%s', async (_, members, code) => {
    const { findings } = await diagnose(await start(members), { attempts: 1, timeoutMs: 5_000 })
    expect(findings.map((one) => one.code)).toContain(code)
  })
})
