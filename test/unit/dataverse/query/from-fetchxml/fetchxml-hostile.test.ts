import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { anyCharacter } from '../../../../jest/any-character.ts'
import { QueryError } from '../../../../../shared/dataverse/errors.ts'
import { parseFetch } from '../../../../../shared/dataverse/query/from-fetchxml/parse-fetch.ts'
import { OPERATORS } from '../../../../../shared/dataverse/query/model/operators.ts'
import { leastMs } from '../../../house-rules/linear/timing.ts'
import { build } from './fetch-resolve.ts'
import { fetchOf, TABLES } from './fetch-tables.ts'

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;').toWellFormed()
const hostile = fc.oneof(
  fc.constantFrom('constructor', '__proto__', 'toString', 'valueOf', 'null', 'me', '%', "'", '"/>', ']]>', '{0}', ' '),
  fc.constantFrom(
    '-1',
    '1e9',
    '0x10',
    'NaN',
    '2026-13-01',
    '2026-01-01T25:00',
    '{11111111-2222-4333-8444-555555555555}',
  ),
  fc.string({ unit: anyCharacter, maxLength: 30 }),
)
const often = (...known: readonly string[]) =>
  fc.oneof({ weight: 15, arbitrary: fc.constantFrom(...known) }, { weight: 1, arbitrary: hostile })
const maybe = <T>(one: fc.Arbitrary<T>, otherwise: T) =>
  fc.oneof({ weight: 15, arbitrary: one }, { weight: 1, arbitrary: fc.constant(otherwise) })
const attribute = (name: string, value: fc.Arbitrary<string>) =>
  maybe(
    value.map((text) => ` ${name}="${escape(text)}"`),
    '',
  )
const element = (name: string, ...attributes: fc.Arbitrary<string>[]) =>
  fc.tuple(...attributes).map((all) => `<${name}${all.join('')}`)
const some = (one: fc.Arbitrary<string>) => fc.array(one, { maxLength: 2 }).map((all) => all.join(''))
const columnsOf = (table: string): string[] => [...TABLES.get(table)!.byName.keys()]

const conditions = (table: string) => {
  const start = element(
    'condition',
    ...[
      attribute('attribute', often(...columnsOf(table))),
      attribute('operator', often(...OPERATORS.keys(), 'contains')),
    ],
  )
  return fc.oneof(
    start.map((one) => `${one}/>`),
    fc.tuple(start, hostile).map(([one, value]) => `${one} value="${escape(value)}"/>`),
    fc
      .tuple(start, hostile)
      .map(([one, value]) => `${one}><value>${escape(value)}</value><value>1</value></condition>`),
  )
}
const attributes = (table: string) => {
  const name = attribute('name', often(...columnsOf(table)))
  return fc.oneof(
    element('attribute', name).map((one) => `${one}/>`),
    element('attribute', name, attribute('alias', hostile)).map((one) => `${one}/>`),
  )
}
const links = (parent: string) =>
  fc
    .constantFrom(...TABLES.keys())
    .chain((table) =>
      fc
        .tuple(
          element(
            'link-entity',
            ...[attribute('name', often(table)), attribute('alias', often('a'))],
            ...[attribute('from', often(...columnsOf(table))), attribute('to', often(...columnsOf(parent)))],
            attribute('link-type', often('inner', 'outer', 'exists', 'not any')),
          ),
          some(attributes(table)),
        )
        .map(([one, inner]) => `${one}>${inner}</link-entity>`),
    )
const queries = fc.constantFrom(...TABLES.keys()).chain((table) => {
  const order = element('order', attribute('attribute', often(...columnsOf(table)))).map((one) => `${one}/>`)
  return fc
    .tuple(
      often(table),
      some(attributes(table)),
      some(conditions(table)),
      fc.oneof(fc.constant(''), links(table)),
      order,
    )
    .map(([name, columns, inner, link, order]) =>
      fetchOf(escape(name), `${columns}${order}<filter>${inner}</filter>${link}`),
    )
})

describe('whatever a model writes', () => {
  test('it is refused with advice, or sent as one parameter that is FetchXML', async () => {
    let sent = 0
    const property = fc.asyncProperty(queries, async (xml) => {
      try {
        const { path, entity, interpreted } = await build(xml)
        const url = new URL(path, 'http://x/api/')
        expect([url.pathname, [...url.searchParams.keys()], url.hash]).toEqual([
          `/api/${entity.entitySet}`,
          ['fetchXml'],
          '',
        ])
        expect(parseFetch(url.searchParams.get('fetchXml')!).interpreted).toEqual([])
        expect(new Set(interpreted).size).toBe(interpreted.length)
        sent += 1
      } catch (error) {
        if (!(error instanceof QueryError)) throw error
        expect(error.message.length).toBeLessThan(500)
        expect(error.nextStep).not.toBe('')
      }
    })
    await fc.assert(property, { numRuns: 700 })
    expect(sent).toBeGreaterThan(40)
  })

  test.each([
    ['the name of a table', (long: string) => fetchOf(long)],
    ['the name of a column', (long: string) => fetchOf('account', `<attribute name="${long}"/>`)],
    [
      'an operator',
      (long: string) => fetchOf('account', `<filter><condition attribute="name" operator="${long}"/></filter>`),
    ],
    ['the name of an attribute', (long: string) => fetchOf('account', `<attribute ${long}="x"/>`)],
    ['the name of an element', (long: string) => fetchOf('account', `<${long}/>`)],
  ])('%s of 50,000 characters is refused at once', async (_what, write) => {
    const refused = () => build(write('x'.repeat(50_000)))
    await expect(refused()).rejects.toBeInstanceOf(QueryError)
    expect(await leastMs(refused, 1_000)).toBeLessThan(1_000)
  })

  test('two thousand readings are not two thousand sentences', async () => {
    const values = Array.from(
      { length: 2_000 },
      (_, at) => `<value>1,${String(at % 1_000).padStart(3, '0')}</value>`,
    ).join('')
    const xml = fetchOf(
      'account',
      `<filter><condition attribute="revenue" operator="in">${values}</condition></filter>`,
    )
    const { interpreted } = await build(xml)
    expect(interpreted).toHaveLength(21)
    expect(interpreted.at(-1)).toMatch(/^\d+ more of that kind\.$/)
  })
})
