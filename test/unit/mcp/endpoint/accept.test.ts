import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { acceptedOf } from '../../../../shared/http/headers/accept.ts'
import type { Outgoing } from '../../../../shared/http/message.ts'
import { createHarness, send, type Harness } from '../support/harness.ts'
import { startUpstream, type Upstream } from '../support/upstream.ts'

const JSON_TYPE = 'application/json'
const STREAM = 'text/event-stream'
const BOTH = [JSON_TYPE, STREAM] as const
const MANY = Array.from({ length: 1_500 }, (_, at) => `a/${at};q=0.${at}`).join(',')

/** What a request may say, and which of the two types it then takes. */
const ACCEPTS: readonly (readonly [accept: string | undefined, accepted: readonly string[]])[] = [
  [undefined, BOTH],
  ['', BOTH],
  ['*/*', BOTH],
  ['*', BOTH],
  ['*/*;q=0.1', BOTH],
  ['text/html, */*;q=0.8', BOTH],
  ['application/json, text/event-stream', BOTH],
  ['APPLICATION/JSON, Text/Event-Stream', BOTH],
  ['application/*, text/*', BOTH],
  ['application/json ; q=0.5 ,\ttext/event-stream', BOTH],
  [`${'\t ,'.repeat(9)}application/json,,${STREAM}`, BOTH],
  [`${JSON_TYPE};q=0.1, ${STREAM};q=1`, BOTH],
  [`${','.repeat(12_000)}*/*`, BOTH],
  [`${JSON_TYPE},${' '.repeat(12_000)}${STREAM}`, BOTH],
  [`${JSON_TYPE};q=soon, ${STREAM};q`, BOTH],
  [JSON_TYPE, [JSON_TYPE]],
  ['Application/JSON; charset=utf-8', [JSON_TYPE]],
  ['application/json, text/plain', [JSON_TYPE]],
  ['application/*', [JSON_TYPE]],
  ['APPLICATION/*;Q=0.2', [JSON_TYPE]],
  [`*/*, ${STREAM};q=0`, [JSON_TYPE]],
  [`*/*, text/*;q=0.000`, [JSON_TYPE]],
  [`${JSON_TYPE}, ${STREAM}; q = 0`, [JSON_TYPE]],
  [`text/html;title="a, ${STREAM}", ${JSON_TYPE}`, [JSON_TYPE]],
  [`text/html;title="\\", ${STREAM}", ${JSON_TYPE}`, [JSON_TYPE]],
  [STREAM, [STREAM]],
  ['text/*', [STREAM]],
  [`${JSON_TYPE};q=0, */*`, [STREAM]],
  [`application/*;q=0, text/*;q=1`, [STREAM]],
  ['text/html', []],
  ['application/json-seq, text/event-streams', []],
  ['application/json/x', []],
  ['*/*;q=0', []],
  ['*/*;q=0.0, *;q=0', []],
  [`${JSON_TYPE};q=0, ${STREAM};q=-1`, []],
  [`${MANY}, */*;q=0`, []],
  [`"${JSON_TYPE}, ${STREAM}"`, []],
  ['json', []],
]

let upstream: Upstream
let harness: Harness
beforeAll(async () => {
  upstream = await startUpstream()
  harness = createHarness(upstream.url)
  // What is loaded once is no part of anybody's time.
  for (const revision of REVISIONS) await list(revision, undefined)
})
afterAll(async () => await upstream.stop())

const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
}
const MODERN = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/list' }
const REVISIONS = ['none', '2025-03-26', '2025-06-18', '2025-11-25', '2026-07-28'] as const
type Revision = (typeof REVISIONS)[number]

async function list(revision: Revision, accept: string | undefined): Promise<Outgoing> {
  const isModern = revision === '2026-07-28'
  const version = revision === 'none' ? {} : { 'mcp-protocol-version': revision }
  const body = { jsonrpc: '2.0', id: 7, method: 'tools/list', ...(isModern && { params: { _meta: META } }) }
  const headers = { ...(isModern ? MODERN : version), ...(accept !== undefined && { accept }) }
  return await send(harness, { body, headers })
}

const typeOf = ({ headers }: Outgoing): string | undefined => headers?.['content-type']

describe.each(REVISIONS)('a request of %s', (revision) => {
  test.each(ACCEPTS.map(([accept, accepted]) => [accept?.slice(0, 60) ?? 'nothing', accept, accepted] as const))(
    'that accepts %s is answered so',
    async (_shown, accept, accepted) => {
      const answer = await list(revision, accept)
      if (accepted.length === 0) {
        expect([answer.status, typeOf(answer)]).toEqual([406, JSON_TYPE])
        expect(answer.body).toContain(`${JSON_TYPE} or ${STREAM}`)
        return
      }
      // Both revisions take both types; which of two, each has its own custom.
      const preferred = revision === '2026-07-28' ? JSON_TYPE : STREAM
      expect([answer.status, typeOf(answer)]).toEqual([200, accepted.length === 2 ? preferred : accepted[0]])
      expect(answer.body?.match(/"jsonrpc":"2.0"/g)).toHaveLength(1)
      expect(answer.body?.startsWith('event: message\ndata: {')).toBe(typeOf(answer) === STREAM)
    },
  )
})

describe('the header, whatever is in it', () => {
  const weight = fc.constantFrom('', ';q=0', ';q=0.5', '; Q=1', ';q=x', ';q="0"', ';a="b,c;q=0"')
  const range = fc.constantFrom('*/*', '*', 'text/*', 'application/*', ...BOTH, 'text/html', 'x', '', '"', '\\', '/')
  const header = fc.array(fc.tuple(range, weight)).map((all) => all.map((one) => one.join('')).join(', '))

  test('more blanks, another case or the order of ranges change nothing', () => {
    fc.assert(
      fc.property(header, (accept) => {
        fc.pre(!/["\\]/.test(accept))
        const same = [accept.toUpperCase(), accept.replaceAll(',', ' \t,'), accept.split(',').toReversed().join(',')]
        for (const other of same) expect(acceptedOf(other, BOTH)).toEqual(acceptedOf(accept, BOTH))
      }),
    )
  })

  test('gives some of what is on offer, or none', () => {
    fc.assert(
      fc.property(fc.oneof(header, fc.string()), (accept) => {
        expect(BOTH).toEqual(expect.arrayContaining([...acceptedOf(accept, BOTH)]))
      }),
    )
  })
})
