import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { jsonExcess } from '../../../../shared/http/bounds/json-excess.ts'
import { BODY_BYTES, MCP_JSON, PLAIN_JSON } from '../../../../shared/http/bounds/sizes.ts'
import { leastMs } from '../../house-rules/linear/timing.ts'

const BOUNDS = { depth: 3, members: 10, text: 8 }
const bytes = (text: string) => new TextEncoder().encode(text)
const excessOf = (text: string, bounds = BOUNDS) => jsonExcess(bytes(text), bounds)

describe('what goes beyond', () => {
  test.each([
    ['lists', '[[[[', 'is nested too deeply'],
    ['objects', '{"a":{"a":{"a":{', 'is nested too deeply'],
    ['lists and objects by turns', '[{"a":[{', 'is nested too deeply'],
    ['lists within a text that never ends', `"${'['.repeat(10)}`, 'holds too long a text'],
    ['elements', `[${'1,'.repeat(10)}1]`, 'holds too many members'],
    ['empty lists', `[${'[],'.repeat(10)}[]]`, 'holds too many members'],
    ['members', `{${'"a":1,'.repeat(10)}"a":1}`, 'holds too many members'],
    ['commas alone', ','.repeat(11), 'holds too many members'],
    ['a text', '["123456789"]', 'holds too long a text'],
    ['a name', '{"123456789":1}', 'holds too long a text'],
    ['a text of escapes', '["\\u0041\\u0041"]', 'holds too long a text'],
    ['a text with escaped quotes', '["\\"\\"\\"\\"\\""]', 'holds too long a text'],
    ['a text without an end', '["1234567890', 'holds too long a text'],
  ])('%s', (_, text, excess) => expect(excessOf(text)).toBe(excess))

  test.each([
    ['a lone continuation byte', [0x22, 0x80, 0x22]],
    ['an overlong slash', [0x22, 0xc0, 0xaf, 0x22]],
    ['half a surrogate pair', [0x22, 0xed, 0xa0, 0x80, 0x22]],
    ['a text cut off', [0x22, 0xe2, 0x82]],
    ['UTF-16', [0xff, 0xfe, 0x7b, 0x00]],
  ])('what is not UTF-8: %s', (_, raw) => expect(jsonExcess(new Uint8Array(raw), BOUNDS)).toBe('is not UTF-8'))
})

describe('what does not', () => {
  test.each([
    ['nothing', ''],
    ['depth at the bound', '[[[]]]'],
    ['depth that comes back', '[[[]],[[]],[[]]]'],
    ['brackets and commas in a text', '["[[[[,,,,"]'],
    ['a quote that is escaped', '["\\"[[[[["]'],
    ['a backslash before the end of a text', '["\\\\",[[]]]'],
    ['a text at the bound', '["12345678"]'],
    ['a text of characters of several bytes', '["éééé"]'],
    ['closing brackets alone', ']]]]}}}}'],
    ['a byte order mark', '\ufeff[1]'],
  ])('%s', (_, text) => expect(excessOf(text)).toBeUndefined())
})

test('it counts as a parser does, whatever the JSON', () => {
  const measure = (value: unknown): { depth: number; members: number; text: number } => {
    if (typeof value === 'string') return { depth: 0, members: 0, text: bytes(JSON.stringify(value)).length - 2 }
    if (typeof value !== 'object' || value === null) return { depth: 0, members: 0, text: 0 }
    const inner = Object.entries(value).flatMap(([name, member]) =>
      Array.isArray(value) ? [measure(member)] : [measure(name), measure(member)],
    )
    const size = Array.isArray(value) ? value.length : Object.keys(value).length
    return {
      depth: 1 + Math.max(0, ...inner.map(({ depth }) => depth)),
      members: 1 + Math.max(0, size - 1) + inner.reduce((sum, { members }) => sum + members, 0),
      text: Math.max(0, ...inner.map(({ text }) => text)),
    }
  }
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
      const { depth, members, text } = measure(value)
      const json = JSON.stringify(value)
      expect(excessOf(json, { depth, members, text })).toBeUndefined()
      if (depth > 0) expect(excessOf(json, { depth: depth - 1, members, text })).toBe('is nested too deeply')
      if (members > 1) expect(excessOf(json, { depth, members: members - 1, text })).toBe('holds too many members')
      if (text > 0) expect(excessOf(json, { depth, members, text: text - 1 })).toBe('holds too long a text')
    }),
  )
})

describe('time', () => {
  const SHAPES: readonly (readonly [string, string])[] = [
    ['opening brackets', '['],
    ['objects', '{"a":'],
    ['quotes', '"'],
    ['backslashes in a text', '\\'],
    ['commas', ','],
    ['digits', '1'],
    ['blanks', ' '],
    ['characters of four bytes', '😀'],
  ]
  const unbounded = { depth: Infinity, members: Infinity, text: Infinity }
  /** Milliseconds of this process alone: others may be busy. */
  const timed = (work: () => unknown): number => {
    const started = process.cpuUsage()
    work()
    const { user, system } = process.cpuUsage(started)
    return (user + system) / 1000
  }
  const timeOf = (text: string): number => {
    const body = bytes(text)
    return Math.min(...Array.from({ length: 9 }, () => timed(() => jsonExcess(body, unbounded))))
  }
  test.each(SHAPES)('grows no faster than the body: %s', (_, piece) => {
    const small = timeOf(`"${piece.repeat(100_000)}`)
    const large = timeOf(`"${piece.repeat(800_000)}`)
    expect(large).toBeLessThan(8 * 5 * Math.max(small, 0.5))
  })
  test('no body that passes takes long to parse', async () => {
    const deep = '['.repeat(32) + ']'.repeat(32)
    const wide = `[${Array.from({ length: 1_900 }, (_, at) => `"${'x'.repeat(60)}${at}"`).join(',')}]`
    const long = JSON.stringify(['é'.repeat(40_000), '"'.repeat(20_000)])
    for (const text of [deep, wide, long]) {
      expect(bytes(text).length).toBeLessThanOrEqual(BODY_BYTES.mcp)
      expect(excessOf(text, MCP_JSON)).toBeUndefined()
      expect(await leastMs(() => JSON.parse(text) as unknown, 100)).toBeLessThan(100)
    }
  })
})

describe('no call that the tools allow is refused', () => {
  const call = (args: unknown) =>
    JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'query_crm', arguments: args } })
  test('FetchXML of 60,000 characters, its quotes escaped', () => {
    const condition = '<condition attribute="name" operator="eq" value="Contoso"/>\n'
    const text = call({ fetchxml: condition.repeat(2_000).slice(0, 60_000) })
    expect(excessOf(text, MCP_JSON)).toBeUndefined()
    expect(bytes(text).length).toBeLessThan(BODY_BYTES.mcp)
  })
  test('a hundred columns of twenty related tables, and the longest filter', () => {
    const select = Array.from({ length: 100 }, (_, at) => `hp_${'column'.repeat(6)}${at}`)
    const expand = Array.from({ length: 15 }, (_, at) => ({ lookup: `lookup${at}`, select: select.slice(0, 90) }))
    const text = call({ entity: 'account', select, filter: 'x'.repeat(8_000), orderby: 'y'.repeat(1_000), expand })
    expect(excessOf(text, MCP_JSON)).toBeUndefined()
    expect(bytes(text).length).toBeLessThan(BODY_BYTES.mcp)
  })
  test('a registration with all that clients send', () => {
    const text = JSON.stringify({
      redirect_uris: Array.from({ length: 10 }, (_, at) => `https://chatgpt.com/connector/oauth/${at}`),
      jwks: { keys: Array.from({ length: 5 }, () => ({ kty: 'RSA', n: 'x'.repeat(700), e: 'AQAB' })) },
      software_statement: 'e'.repeat(8_000),
      contacts: ['a@b.example'],
    })
    expect(excessOf(text, PLAIN_JSON)).toBeUndefined()
  })
})
