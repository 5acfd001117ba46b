// Not in a bare npm test: starts built instances of the app.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, test } from '@jest/globals'
import { BODY_BYTES } from '../../../shared/http/bounds/sizes.ts'
import { usageOf } from '../../chaos/instances/usage.ts'
import { DIST } from '../../sandbox/start-sandbox.ts'
import { connect, MARCUS, PRIYA } from '../support/oauth.ts'
import { raw } from '../support/raw.ts'
import { useSandbox } from '../support/suite.ts'

const UNLIMITED = { CALLS_PER_MINUTE: '100000', CALLS_PER_MINUTE_ALL: '100000' }
const sandbox = useSandbox({ deployed: true, settings: UNLIMITED })
const bearers: string[] = []
beforeAll(async () => {
  for (const person of [PRIYA, MARCUS]) bearers.push(`Bearer ${(await connect(sandbox(), person)).access}`)
})

const TEXT = 'x'.repeat(60_000)
const FETCH = `<fetch><entity name="account"><attribute name="name"/><filter><condition attribute="name" operator="eq" value="${'y'.repeat(58_000)}"/></filter></entity></fetch>`
const CALLS = [
  { name: 'whoami', arguments: {}, _meta: { TEXT, members: Array.from({ length: 1_900 }, (_, at) => `${at}`) } },
  { name: 'query_crm', arguments: { fetchXml: FETCH }, _meta: { TEXT } },
  { name: 'search', arguments: { query: TEXT }, _meta: { TEXT } },
]

/** As many bytes as are accepted, and not one more. */
function largest(params: (typeof CALLS)[number]): string {
  const message = { jsonrpc: '2.0', id: 1, method: 'tools/call', params }
  return JSON.stringify(message).padEnd(BODY_BYTES.mcp, ' ')
}

test('eight bodies of the largest size at once, again and again, leave a worker below 300 MB', async () => {
  const { url, pid } = sandbox().app
  const seen = new Set<number>()
  let most = 0
  for (let round = 0; round < 10; round += 1) {
    const eight = Array.from({ length: 8 }, (_, at) => {
      const body = [largest(CALLS[at % CALLS.length]!)]
      const headers = {
        authorization: bearers[at % bearers.length]!,
        accept: 'application/json, text/event-stream',
        'content-type': 'application/json',
        'content-length': String(BODY_BYTES.mcp),
      }
      return raw(`${url}/mcp`, { method: 'POST', headers, body })
    })
    for (const { status } of await Promise.all(eight)) seen.add(status)
    most = Math.max(most, usageOf(pid)?.residentBytes ?? Number.NaN)
  }
  expect([...seen]).toEqual([200])
  expect(most / 1e6).toBeLessThan(300)
}, 120_000)

test('every script that a worker loads at its start takes one byte a character', async () => {
  const names = (await readdir(DIST, { recursive: true })).filter((name) => name.endsWith('.js'))
  const scripts = await Promise.all(
    names.map(async (name) => [name, await readFile(join(DIST, name), 'utf8')] as const),
  )
  const wide = scripts.filter(([, script]) => /[^\0-\x7f]/.test(script)).map(([name]) => name)
  // Azure's own way to open a browser, for a person at a keyboard: it is never loaded there.
  expect(wide.filter((name) => !/^chunks\/open-\w+\.js$/.test(name))).toEqual([])
})
