import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { anyCharacter } from '../../../../jest/any-character.ts'
import { QueryError } from '../../../../../shared/dataverse/errors.ts'
import type { Condition, Query, Filter, Link, Source } from '../../../../../shared/dataverse/query/model/query.ts'
import { parseFetch, readFetch } from '../../../../../shared/dataverse/query/from-fetchxml/parse-fetch.ts'
import { parseXml } from '../../../../../shared/dataverse/query/from-fetchxml/xml.ts'
import { writeFetch } from '../../../../../shared/dataverse/query/to-wire/write-fetch.ts'
import { leastMs } from '../../../house-rules/linear/timing.ts'
import { fetchOf } from './fetch-tables.ts'

const refusal = (xml: string): QueryError => {
  try {
    parseFetch(xml)
  } catch (error) {
    if (error instanceof QueryError) return error
    throw error
  }
  throw new Error(`accepted: ${xml.slice(0, 200)}`)
}
const account = (inner: string, attributes = ''): string => fetchOf('account', inner, attributes)
const filter = (inner: string): string => account(`<filter>${inner}</filter>`)
const condition = (value: string): string => filter(`<condition attribute="name" operator="eq" value="${value}"/>`)

describe('what is not XML is refused, with the place and the repair', () => {
  test.each([
    ['a bare ampersand', condition('R&D'), 'Write & as &amp;, here: "R&amp;D".'],
    ['an ampersand before a word', condition('a&b; c'), 'Write & as &amp;, here: "a&amp;b; c".'],
    ['an entity of HTML', condition('caf&eacute;'), 'Write & as &amp;'],
    ['a bare less-than', condition('a<b'), 'Write < as &lt;'],
    ['an unclosed element', '<fetch><entity name="account"></fetch>', 'Close every element'],
    ['an attribute without quotes', '<fetch top=5><entity name="account"/></fetch>', 'in straight quotes'],
    ['curly quotes', '<fetch top=“5”><entity name="account"/></fetch>', 'in straight quotes'],
    ['an attribute twice', '<fetch top="1" top="2"/>', 'once'],
    ['two roots', `${account('')}${account('')}`, 'one <fetch> element'],
    ['no XML', 'SELECT name FROM account', 'begins with <fetch>'],
    ['nothing', '', 'begins with <fetch>'],
    ['a control character', condition('a\u0000b'), 'control characters'],
    ['a reference to one', condition('&#0;'), 'Write &'],
    ['half a surrogate pair', condition('\ud800'), 'control characters'],
    ['a CDATA section', filter('<condition><![CDATA[x]]></condition>'), 'plain elements'],
    ['a processing instruction', account('<?php x?>'), 'plain elements'],
    ['one before the root', `<?php x?>${account('')}`, 'plain elements'],
    ['a namespace', '<fetch xmlns="urn:x"><entity name="account"/></fetch>', 'plain elements'],
    ['a prefix', '<fetch><x:entity name="account"/></fetch>', 'plain elements'],
    ['a document type', `<!DOCTYPE fetch>${account('')}`, 'Remove <!DOCTYPE'],
  ])('%s', (_what, xml, advice) => {
    const { code, message, nextStep } = refusal(xml)
    expect([code, nextStep]).toEqual(['invalid_fetchxml', expect.stringContaining(advice)])
    expect(message).toMatch(/^The FetchXML /)
  })

  test('the line is told', () => {
    expect(refusal('<fetch>\n<entity name="account">\n<filter value="R&D"/>').message).toContain('line 3')
    expect(refusal('<fetch>\n\n<entity name="account">\n<atribute/></entity></fetch>').message).toContain('line 3')
  })
})

describe('hostile XML is refused at once', () => {
  const entities = Array.from({ length: 10 }, (_, at) => `<!ENTITY l${at + 1} "${`&l${at};`.repeat(10)}">`)
  test.each([
    ['billion laughs', `<!DOCTYPE x [<!ENTITY l0 "lol">${entities.join('')}]><fetch>&l10;</fetch>`],
    ['an external entity', '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><fetch top="&e;"/>'],
    ['an external entity that nobody uses', `<!DOCTYPE x SYSTEM "http://169.254.169.254/">${account('')}`],
    ['100,000 elements inside each other', '<filter>'.repeat(100_000)],
    ['as many as the length allows', `${'<a>'.repeat(8_000)}${'</a>'.repeat(8_000)}`],
    ['5,000 inside each other', `${'<a>'.repeat(5_000)}${'</a>'.repeat(5_000)}`],
    ['31 filters inside each other', filter(`${'<filter>'.repeat(31)}${'</filter>'.repeat(31)}`)],
    ['4,000 elements', account('<order/>'.repeat(4_000))],
    ['a long text', condition('x'.repeat(60_000))],
    ['many ampersands', condition('&'.repeat(50_000))],
    ['a fence without end', `\`\`\`${' '.repeat(50_000)}`],
  ])('%s', async (_what, xml) => {
    const { code, nextStep } = refusal(xml)
    expect(await leastMs(() => refusal(xml), 1_000)).toBeLessThan(1_000)
    expect([code, nextStep.length > 5]).toEqual(['invalid_fetchxml', true])
  })
})

describe('what FetchXML does not have is refused with the nearest', () => {
  test.each([
    ['another root', '<query/>', 'Begin it with <fetch>'],
    ['no entity', '<fetch/>', '<link-entity>'],
    ['two entities', '<fetch><entity name="a"/><entity name="b"/></fetch>', '<link-entity>'],
    ['an unknown element', account('<column name="name"/>'), 'Did you mean: attribute'],
    ['a misspelt element', account('<atribute name="name"/>'), 'Did you mean: attribute'],
    ['a misspelt link', account('<linkentity name="contact"/>'), 'Did you mean: link-entity'],
    ['an unknown attribute', '<fetch limit="5"><entity name="account"/></fetch>', 'top'],
    ['a misspelt attribute', filter('<condition attribute="name" operators="null"/>'), 'Did you mean: operator'],
    ['a condition without operator', filter('<condition attribute="name"/>'), 'Add operator='],
    ['an attribute without name', account('<attribute/>'), 'Add name='],
    ['a top of zero', account('', 'top="0"'), 'from 1 to 5000'],
    ['a top of 10,000', account('', 'top="10000"'), 'from 1 to 5000'],
    ['a count in words', account('', 'count="ten"'), 'from 1 to 5000'],
    ['distinct in words', account('', 'distinct="yes"'), 'distinct="true"'],
    ['a filter of another type', account('<filter type="xor"/>'), 'or'],
    ['a link of another type', account('<link-entity name="contact" link-type="full"/>'), 'inner, outer'],
    ['an aggregate of another kind', account('<attribute name="name" aggregate="average"/>'), 'avg'],
    ['an order by nothing', account('<order descending="true"/>'), 'attribute='],
    [
      'a value twice',
      filter('<condition attribute="a" operator="in" value="1"><value>2</value></condition>'),
      'one of',
    ],
  ])('%s', (_what, xml, advice) => {
    const { code, nextStep } = refusal(xml)
    expect([code, nextStep]).toEqual(['invalid_fetchxml', expect.stringContaining(advice)])
  })
})

describe('what may be dropped is dropped, and said where it may matter', () => {
  test.each([
    ['a fence', `\`\`\`xml\n${account('')}\n\`\`\``, undefined],
    ['a fence on one line', `\`\`\`xml ${account('')}\`\`\``, undefined],
    ['a condition outside', account('<condition attribute="name" operator="null"/>'), undefined],
    ['upper case', '<FETCH><Entity Name="account"/></FETCH>', undefined],
    ['text between elements', account('and'), 'Text between the elements was ignored.'],
    ['SQL for a link', account('<link-entity name="contact" link-type="left outer"/>'), undefined],
    ['a declaration', `<?xml version="1.0" encoding="utf-8"?>\n${account('')}`, undefined],
    ['comments', account('<!-- <atribute/> & -->'), undefined],
    [
      'what only views have',
      '<fetch version="1.0" output-format="xml-platform" mapping="logical" no-lock="true" savedqueryid="x" options="LoopJoin"><entity name="account" enableprefiltering="1"><attribute name="name" visible="0"/><link-entity name="contact" intersect="true" visible="false"/><filter isquickfindfields="1"/></entity></fetch>',
      undefined,
    ],
  ])('%s', (_what, xml, sentence) => {
    const { fetch, interpreted } = parseFetch(xml)
    expect(fetch.entity.name).toBe('account')
    expect(interpreted.join(' ')).toContain(sentence ?? '')
    expect(interpreted).toHaveLength(sentence === undefined ? 0 : 1)
    expect(writeFetch(fetch)).not.toMatch(/version|lock|options|visible|intersect|quick|top/)
  })
})

const words = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_]{0,8}$/)
const text = fc.oneof(
  fc
    .string({ unit: anyCharacter, maxLength: 20 })
    .filter((one) => /^[\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]*$/u.test(one)),
  fc.constantFrom(
    '"/><entity name="x"/>',
    "' or '1'='1",
    '&lt;',
    '&amp;amp;',
    '<!--',
    ']]>',
    '\r\n\t',
    '</value>',
    '%',
  ),
)
const conditions: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({ attribute: words, operator: fc.constantFrom('eq', 'like', 'last-x-days'), values: fc.tuple(text) }),
  fc.record({ attribute: words, operator: fc.constantFrom('null', 'today'), values: fc.constant([]) }),
  fc.record({ attribute: words, operator: fc.constant('in'), values: fc.array(text, { minLength: 1, maxLength: 3 }) }),
  fc.record({
    attribute: words,
    operator: fc.constant('eq'),
    values: fc.constant([]),
    entityName: words,
    otherColumn: words,
  }),
)
const attributes = fc.record({
  name: words,
  groupBy: fc.boolean(),
  distinct: fc.boolean(),
  userTimeZone: fc.boolean(),
  countChildren: fc.boolean(),
  alias: words,
  aggregate: fc.constantFrom('sum' as const, 'count' as const),
  dateGrouping: fc.constantFrom('month' as const, 'fiscal-year' as const),
})
const upTo = <T>(most: number, one: () => fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
  most === 0 ? fc.constant([]) : fc.array(one(), { maxLength: most })
const sources = (depth: number): fc.Arbitrary<Source> =>
  fc.record({
    name: words,
    attributes: fc.array(attributes, { maxLength: 2 }),
    allAttributes: fc.boolean(),
    orders: fc.array(fc.record({ attribute: words, entityName: words, descending: fc.boolean() }), { maxLength: 2 }),
    filters: upTo(Math.min(2, depth), () => filters(depth - 1)),
    links: upTo(Math.min(2, depth), () => links(depth - 1)),
  })
const links = (depth: number): fc.Arbitrary<Link> => {
  const own = fc.record({
    from: words,
    to: words,
    alias: words,
    type: fc.constantFrom('outer' as const, 'not any' as const),
  })
  return fc.tuple(sources(depth), own).map(([source, link]) => ({ ...source, ...link }))
}
const filters = (depth: number): fc.Arbitrary<Filter> =>
  fc.record({
    type: fc.constantFrom('and' as const, 'or' as const),
    union: fc.boolean(),
    conditions: fc.array(conditions, { maxLength: 2 }),
    filters: upTo(Math.min(1, depth), () => filters(depth - 1)),
    links: upTo(Math.min(1, depth), () => links(depth - 1)),
  })
const fetches: fc.Arbitrary<Query> = fc.record({
  entity: sources(3),
  aggregate: fc.boolean(),
  distinct: fc.boolean(),
  returnTotal: fc.boolean(),
  rawOrder: fc.boolean(),
  lateMaterialize: fc.boolean(),
  count: fc.integer({ min: 1, max: 5_000 }),
  page: fc.integer({ min: 1, max: 9 }),
  dataSource: fc.constant('retained' as const),
})

test('an element is read as its text is', () => {
  const xml = account('<filter><condition attribute="name" operator="EQ" value=" R&amp;D "/></filter>', 'TOP="5"')
  const said: string[] = []
  const note = (sentence: string): void => void said.push(sentence)
  expect({ fetch: readFetch(parseXml(xml), note), interpreted: said }).toEqual(parseFetch(xml))
  expect(parseFetch(xml).fetch.entity.filters[0]?.conditions).toEqual([
    { attribute: 'name', operator: 'EQ', values: [' R&D '] },
  ])
})

describe('writing', () => {
  test('what is written is read back as it was', () => {
    const property = fc.property(fetches, (fetch) => {
      expect(parseFetch(writeFetch(fetch))).toEqual({ fetch, interpreted: [] })
    })
    fc.assert(property, { numRuns: 300 })
  })

  test('whatever a value holds, it stays a value', () => {
    const property = fc.property(text, text, (one, two) => {
      const { fetch } = parseFetch(filter('<condition attribute="a" operator="in"><value>x</value></condition>'))
      const [first] = fetch.entity.filters
      const values = [{ ...first!.conditions[0]!, values: [one, two] }]
      const xml = writeFetch({ ...fetch, entity: { ...fetch.entity, filters: [{ ...first!, conditions: values }] } })
      expect(xml.match(/<[a-z]/g)).toHaveLength(6)
      expect(parseFetch(xml).fetch.entity.filters[0]?.conditions[0]?.values).toEqual([one, two])
    })
    fc.assert(property, { numRuns: 500 })
  })

  test.each(['\u0000', '\u001b', '\ud800', '\udc00a', '\ufffe', '\uffff'])('%j is never written', (value) => {
    const { fetch } = parseFetch(account(''))
    expect(() => writeFetch({ ...fetch, entity: { ...fetch.entity, name: value } })).toThrow(QueryError)
  })

  test('a page takes the place of top, count and page', () => {
    const { fetch } = parseFetch(account('', 'top="10"'))
    expect(writeFetch(fetch)).toBe('<fetch top="10"><entity name="account"/></fetch>')
    expect(writeFetch(fetch, { page: 2, count: 5, cookie: '<c x="1"/>', returnTotal: true })).toBe(
      '<fetch count="5" page="2" paging-cookie="&lt;c x=&quot;1&quot;/&gt;" returntotalrecordcount="true"><entity name="account"/></fetch>',
    )
  })
})
