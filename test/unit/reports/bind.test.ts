import { describe, expect, test } from '@jest/globals'
import { QueryError } from '../../../shared/dataverse/errors.ts'
import { parseFetch, readFetch } from '../../../shared/dataverse/query/from-fetchxml/parse-fetch.ts'
import type { Query } from '../../../shared/dataverse/query/model/query.ts'
import { bindParameters, neededTables } from '../../../shared/reports/run/bind.ts'
import { BUILT_IN_CATALOGUE } from '../../../shared/reports/catalogue/built-in.ts'
import { checkParameters, type ParameterValues } from '../../../shared/reports/check/check-parameters.ts'

const REPORT = BUILT_IN_CATALOGUE.bySlug('accounts-no-activity')!
const inside = (condition: string): string =>
  `<fetch><entity name="account"><attribute name="name"/><filter>${condition}</filter></entity></fetch>`
const read = (fetchxml: string, values: ParameterValues): Query =>
  readFetch(bindParameters(fetchxml, values), () => undefined)
const DAYS = inside('<condition attribute="modifiedon" operator="last-x-days" value="{{days}}"/>')

function refusal(run: () => unknown): { code: string; nextStep: string; message: string } {
  try {
    run()
  } catch (error) {
    if (error instanceof QueryError) return error
    throw error
  }
  throw new Error('it was not refused')
}

describe('parameters', () => {
  test('are what was given, else their defaults', () => {
    expect(checkParameters(REPORT, {})).toEqual({ days: 30, direct: false, owner: 'anyone', top: 50 })
    expect(checkParameters(REPORT, { days: 1, owner: 'me', top: undefined })).toEqual({
      days: 1,
      direct: false,
      owner: 'me',
      top: 50,
    })
  })

  test.each([
    ['an unknown name', { weeks: 3 }, 'days, direct, owner, top'],
    ['a name of every object', { constructor: 1 }, 'days, direct, owner, top'],
    ['another case', { Days: 3 }, 'days, direct, owner, top'],
    ['a number as text', { days: '30' }, 'from 1 to 365'],
    ['text with a quote', { days: '1"/><x y="' }, 'from 1 to 365'],
    ['a placeholder', { days: '{{top}}' }, 'from 1 to 365'],
    ['a fraction', { days: 1.5 }, 'from 1 to 365'],
    ['no number', { days: Number.NaN }, 'from 1 to 365'],
    ['zero', { days: 0 }, 'from 1 to 365'],
    ['too many', { days: 366 }, 'from 1 to 365'],
    ['infinity', { top: Infinity }, 'from 1 to 500'],
    ['null', { top: null }, 'from 1 to 500'],
    ['a list', { top: [1] }, 'from 1 to 500'],
    ['somebody by name', { owner: 'Ann' }, 'anyone, me, my-teams, me-or-my-teams'],
    ['nobody', { owner: '' }, 'anyone, me, my-teams, me-or-my-teams'],
    ['a truth value for an owner', { owner: true }, 'anyone, me, my-teams, me-or-my-teams'],
    ['a name of every object for an owner', { owner: 'constructor' }, 'anyone, me, my-teams, me-or-my-teams'],
  ])('%s is refused, with what would work', (_what, given, advice) => {
    const { code, nextStep } = refusal(() => checkParameters(REPORT, given))
    expect([code, nextStep]).toEqual(['invalid_parameter', expect.stringContaining(advice)])
  })
})

test.each([['true'], [1], [null]])('%j is no truth value', (mine) => {
  const report = {
    slug: 'own',
    parameters: [{ name: 'mine', type: 'boolean', description: 'Own', default: false }],
  } as const
  const { code, nextStep } = refusal(() => checkParameters({ ...report, parameters: [...report.parameters] }, { mine }))
  expect([code, nextStep]).toEqual(['invalid_parameter', expect.stringContaining('true or false')])
})

describe('binding', () => {
  const OWNED = inside('<condition if="owner" attribute="ownerid" operator="eq-userid"/>')
  test.each([
    ['me', 'eq-userid'],
    ['my-teams', 'eq-userteams'],
    ['me-or-my-teams', 'eq-useroruserteams'],
  ])('an owner %s is %s', (owner, operator) => {
    expect(read(OWNED, { owner })).toEqual(
      parseFetch(inside(`<condition attribute="ownerid" operator="${operator}"/>`)).fetch,
    )
  })

  test('anyone has no condition', () => {
    expect(JSON.stringify(read(OWNED, { owner: 'anyone' }))).not.toContain('ownerid')
  })

  test('puts a value into an attribute', () => {
    const { filters } = read(DAYS, { days: 45 }).entity
    expect(filters[0]?.conditions[0]).toMatchObject({ operator: 'last-x-days', values: ['45'] })
  })

  // Types keep such values out; should one ever get through, it is a value and nothing else.
  test.each([
    `1"/><condition attribute="x`,
    `1'`,
    '1]]>',
    '1<!--',
    '&quot;',
    '<![CDATA[x]]>',
    '{{top}}',
    '&#34;',
    'ä €',
  ])('the value %j stays a value', (value) => {
    const given = { days: value as unknown as number, top: 7 }
    const [filter] = read(DAYS, given).entity.filters
    expect(filter?.conditions).toHaveLength(1)
    expect(filter?.conditions[0]?.values).toEqual([value])
  })

  test('leaves an element out unless its parameter is true, with all that is in it', () => {
    const xml = inside(
      '<filter if="mine"><condition attribute="ownerid" operator="eq-userid"/></filter><condition attribute="name" operator="not-null"/>',
    )
    expect(JSON.stringify(read(xml, { mine: false }))).not.toContain('ownerid')
    expect(read(xml, { mine: true })).toEqual(parseFetch(xml.replace(' if="mine"', '')).fetch)
  })

  test('leaves an element out where the parameter after unless is true, or a table that it needs cannot be read', () => {
    const link = (attributes: string): string =>
      inside(`<link-entity ${attributes} name="incident" from="customerid" to="accountid" link-type="not any"/>`)
    const links = (xml: string, mine: boolean, unreadable: readonly string[]): number =>
      readFetch(bindParameters(xml, { mine }, unreadable), () => undefined).entity.filters[0]?.links.length ?? 0
    const [unless, needs] = [link('unless="mine"'), link('needs="incident"')]
    expect([links(unless, false, []), links(unless, true, [])]).toEqual([1, 0])
    expect([links(needs, true, []), links(needs, true, ['contact']), links(needs, true, ['incident'])]).toEqual([
      1, 1, 0,
    ])
    expect(neededTables(needs, {})).toEqual(['incident'])
    expect(neededTables(link('unless="mine" needs="incident"'), { mine: true })).toEqual([])
    expect(read(needs, {})).toEqual(parseFetch(link('')).fetch)
  })

  test('texts of values are kept', () => {
    const xml = inside(
      '<condition attribute="name" operator="in"><value>R&amp;D</value><value>a &lt; b</value></condition>',
    )
    expect(read(xml, {}).entity.filters[0]?.conditions[0]?.values).toEqual(['R&D', 'a < b'])
    expect(read(xml, {})).toEqual(parseFetch(xml).fetch)
  })

  test.each([
    ['an unknown placeholder', inside('<condition attribute="name" operator="eq" value="{{nothing}}"/>')],
    ['a name of every object', inside('<condition attribute="name" operator="eq" value="{{toString}}"/>')],
    ['a placeholder with spaces', inside('<condition attribute="name" operator="eq" value="{{ days }}"/>')],
    ['half a placeholder', inside('<condition attribute="name" operator="eq" value="{{days"/>')],
    ['nested braces', inside('<condition attribute="name" operator="eq" value="{{{days}}}"/>')],
    [
      'a placeholder in a text',
      inside('<condition attribute="name" operator="in"><value>{{days}}</value></condition>'),
    ],
    ['a condition of a number', inside('<condition if="days" attribute="name" operator="not-null"/>')],
    ['an exception of a number', inside('<condition unless="days" attribute="name" operator="not-null"/>')],
    ['a condition of nothing', inside('<condition if="" attribute="name" operator="not-null"/>')],
    ['CDATA', inside('<condition attribute="name" operator="in"><value><![CDATA[x]]></value></condition>')],
    ['a DTD', `<!DOCTYPE a [<!ENTITY e "x">]>${inside('')}`],
  ])('%s is refused', (_what, xml) => {
    const { code, nextStep } = refusal(() => bindParameters(xml, { days: 1 }))
    expect([code, nextStep.length > 10]).toEqual(['invalid_fetchxml', true])
  })
})
