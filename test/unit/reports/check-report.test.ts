import { describe, expect, test } from '@jest/globals'
import { BUILT_IN_REPORTS } from '../../../shared/reports/catalogue/built-in.ts'
import { checkReport, LONGEST_DEFINITION } from '../../../shared/reports/check/check-report.ts'
import { ownReport, withFetch } from './own-report.ts'

const SLUG = 'recent-quotes'

function reasonFor(value: unknown): string {
  const checked = checkReport(SLUG, typeof value === 'string' ? value : JSON.stringify(value))
  return checked.ok ? 'accepted' : checked.reason
}

const entity = (inner: string): string => `<fetch><entity name="quote">${inner}</entity></fetch>`
const condition = (attributes: string, text = ''): string =>
  entity(`<attribute name="name"/><filter><condition ${attributes}>${text}</condition></filter>`)
const OWNER = { name: 'owner', type: 'owner', description: 'Whose', default: 'me' }
const withOwner = (inner: string): unknown =>
  ownReport({
    parameters: [OWNER],
    totals: [],
    queries: [{ fetchxml: entity(`<attribute name="name"/><filter>${inner}</filter>`) }],
  })
const COUNT =
  '<fetch aggregate="true"><entity name="quote"><attribute name="quoteid" alias="late" aggregate="count"/></entity></fetch>'
const PARTS = [
  { part: 'all', fetchxml: entity('<attribute name="name"/>') },
  { part: 'late', fetchxml: COUNT, totalsOnly: true },
]
const LATE = { kind: 'sum', title: 'Late', format: 'count', part: 'late' }
const linked = (attribute: string, element: string): string =>
  entity(`<attribute name="name"/><${element} ${attribute} name="account" from="accountid" to="customerid"/>`)
const integer = { type: 'integer', description: 'Days', min: 1, max: 9, default: 3 }

describe('a report of a deployment’s own', () => {
  test('is read as it was written, with what may be left out', () => {
    const checked = checkReport(SLUG, JSON.stringify(ownReport()))
    expect(checked).toMatchObject({ ok: true, definition: { slug: SLUG, reading: [], title: 'Recent quotes' } })
  })

  test.each([
    ['placeholders in either quotes', withFetch(condition(`attribute='x' operator="eq" value='{{days}}'`))],
    ['a placeholder within a value', withFetch(condition('attribute="x" operator="eq" value="a{{days}}b{{days}}"'))],
    ['an optional element', withFetch(entity('<attribute name="name"/><order if="mine" attribute="name"/>'))],
    ['an owner', withOwner('<condition if="owner" attribute="createdby" operator="eq-userid"/>')],
    ['rows of totals alone', ownReport({ queries: PARTS, totals: [{ ...LATE, of: 'late' }] })],
    ['an exception', withFetch(entity('<attribute name="name"/><order unless="mine" attribute="name"/>'))],
    ['a link that can be done without', withFetch(linked('needs="account"', 'link-entity'))],
  ])('may have %s', (_name, definition) => {
    expect(reasonFor(definition)).toBe('accepted')
  })

  test.each<[string, unknown, RegExp]>([
    ['nothing', '', /^the definition is not JSON$/],
    ['no JSON', '{"slug":', /^the definition is not JSON$/],
    ['a list', '[]', /^the definition: .*expected object/],
    ['null', 'null', /expected object/],
    ['another slug than its row', ownReport({ slug: 'others' }), /^its slug is others/],
    ['an unknown member', ownReport({ owner: 'me' }), /Unrecognized key: "owner"/],
    ['a prototype as member', '{"__proto__":{"slug":"recent-quotes"}}', /^slug: /],
    ['an unknown persona', ownReport({ persona: 'ceo' }), /^persona: /],
    ['no query', ownReport({ queries: [] }), /^queries: /],
    ['no query of rows', ownReport({ queries: PARTS.slice(1), totals: [] }), /^no query gives rows$/],
    [
      'a total of no part',
      ownReport({ totals: [{ ...LATE, of: 'late' }] }),
      /^Late is a total of a part that no query/,
    ],
    [
      'a total of what its query has not',
      ownReport({ queries: PARTS, totals: [{ ...LATE, of: 'amount' }] }),
      /^amount is no column of the query late$/,
    ],
    [
      'groups named by what their query has not',
      ownReport({ queries: PARTS, totals: [{ kind: 'groups', title: 'G', of: 'late', label: 'who', part: 'late' }] }),
      /^who is no column of the query late$/,
    ],
    ['months that are no column', ownReport({ everyMonth: 'month' }), /^month is the key of no column$/],
    [
      'an owner without a known word',
      ownReport({ parameters: [{ ...OWNER, default: 'us' }] }),
      /^parameters\.0\.default: /,
    ],
    [
      'a column that depends on an owner',
      ownReport({
        parameters: [OWNER],
        queries: [{ fetchxml: entity('<attribute name="name"/><order if="owner" attribute="name"/>') }],
      }),
      /stands on a condition with operator="eq-userid" alone/,
    ],
    [
      'an owner on another operator',
      withOwner('<condition if="owner" attribute="name" operator="not-null"/>'),
      /stands on a condition with operator="eq-userid" alone/,
    ],
    [
      'an owner as a value',
      withOwner('<condition attribute="name" operator="eq" value="{{owner}}"/>'),
      /{{owner}} is no declared parameter that has a value/,
    ],
    ['no column', ownReport({ columns: [] }), /^columns: /],
    ['a huge definition', ' '.repeat(1_000_000), new RegExp(`longer than ${LONGEST_DEFINITION}`)],
    ['a parameter __proto__', ownReport({ parameters: [{ ...integer, name: '__proto__' }] }), /^parameters\.0\.name: /],
    ['a parameter constructor', ownReport({ parameters: [{ ...integer, name: 'constructor' }] }), /cannot be named/],
    ['a parameter of the tool', ownReport({ parameters: [{ ...integer, name: 'view' }] }), /cannot be named view/],
    [
      'a parameter twice',
      ownReport({ parameters: [integer, integer].map((one) => ({ ...one, name: 'days' })) }),
      /the parameter days is declared twice/,
    ],
    [
      'a default out of range',
      ownReport({ parameters: [{ ...integer, name: 'days', default: 10 }] }),
      /the default of days is not from 1 to 9/,
    ],
    ['a text parameter', ownReport({ parameters: [{ name: 'x', type: 'string', default: '' }] }), /^parameters\.0/],
    ['a column twice', ownReport({ columns: [1, 2].map(() => ({ key: 'a', title: 'A', kind: 'text' })) }), /same key/],
    [
      'a title twice',
      ownReport({ columns: ['a', 'b'].map((key) => ({ key, title: 'A', kind: 'text' })) }),
      /same title/,
    ],
    ['a sum of no column', ownReport({ totals: [{ kind: 'sum', title: 'S', of: 'x', format: 'count' }] }), /^x is the/],
    ['a picture of no column', ownReport({ picture: { kind: 'bars', label: 'stage' } }), /^stage is the key of no/],
    ['a sort by no column', ownReport({ sort: { key: 'stage' } }), /^stage is the key of no column/],
    ['queries without parts', ownReport({ queries: [1, 2].map(() => ({ fetchxml: entity('') })) }), /needs a part/],
  ])('with %s is refused', (_name, value, reason) => {
    expect(reasonFor(value)).toMatch(reason)
  })

  test.each<[string, string, RegExp]>([
    ['a DTD', `<!DOCTYPE fetch [<!ENTITY a "b">]>${entity('')}`, /document type|well-formed/],
    ['an external entity', `<!DOCTYPE f SYSTEM "file:///etc/passwd">${entity('')}`, /document type/],
    ['an entity of nobody’s', entity('<attribute name="&bomb;"/>'), /well-formed/],
    ['CDATA', entity('<![CDATA[x]]>'), /CDATA/],
    ['a processing instruction', `<?xml-stylesheet href="x"?>${entity('')}`, /processing instruction/],
    ['a placeholder as element', `<fetch><{{days}}/></fetch>`, /well-formed/],
    ['a placeholder as attribute', entity('<attribute {{days}}="name"/>'), /well-formed/],
    ['a need of another table', linked('needs="contact"', 'link-entity'), /does not name the table of its link/],
    ['a need of a column', linked('needs="account"', 'order'), /cannot stand on <order>/],
    [
      'an exception of no parameter',
      entity('<order unless="mien" attribute="name"/>'),
      /no declared parameter of type boolean/,
    ],
    ['a placeholder as table', '<fetch><entity name="{{days}}"/></fetch>', /name of <entity> cannot hold/],
    ['a placeholder as column', condition('attribute="{{days}}" operator="null"'), /attribute of <condition> cannot/],
    ['a placeholder as operator', condition('attribute="x" operator="{{days}}"'), /operator of <condition> cannot/],
    ['a placeholder in a text', condition('attribute="x" operator="in"', '<value>{{days}}</value>'), /text of <value>/],
    [
      'a placeholder of nobody’s',
      condition('attribute="x" operator="eq" value="{{other}}"'),
      /{{other}} is no declared/,
    ],
    ['a placeholder __proto__', condition('attribute="x" operator="eq" value="{{__proto__}}"'), /is no declared/],
    ['a placeholder with spaces', condition('attribute="x" operator="eq" value="{{ days }}"'), /is no declared/],
    ['half a placeholder', condition('attribute="x" operator="eq" value="{{days}"'), /broken placeholder/],
    ['nested placeholders', condition('attribute="x" operator="eq" value="{{{{days}}}}"'), /broken placeholder/],
    ['a condition on a number', entity('<attribute if="days" name="name"/>'), /no declared parameter of type/],
    ['a condition on nothing', entity('<attribute if="" name="name"/>'), /no declared parameter of type/],
    ['a condition on the whole', '<fetch if="mine"><entity name="quote"/></fetch>', /cannot stand on <fetch>/],
    ['a condition on the table', '<fetch><entity if="mine" name="quote"/></fetch>', /cannot stand on <entity>/],
    ['an unknown element', entity('<attribut name="name"/>'), /"attribut" does not belong/],
    ['no table', '<fetch/>', /exactly one <entity>/],
    ['an order', 'select name from quote', /well-formed/],
    ['depth', entity('<filter>'.repeat(40) + '</filter>'.repeat(40)), /deep|elements|large/i],
  ])('with %s in its FetchXML is refused', (_name, fetchxml, reason) => {
    expect(reasonFor(withFetch(fetchxml))).toMatch(reason)
  })

  test.each(BUILT_IN_REPORTS.map((definition) => [definition.slug, definition] as const))(
    'may be a copy of %s',
    (slug, definition) => {
      expect(checkReport(slug, JSON.stringify(definition))).toEqual({ ok: true, definition })
    },
  )

  test('without a definition is refused', () => {
    expect(checkReport(SLUG, undefined)).toMatchObject({ ok: false, reason: expect.stringContaining('neither') })
  })

  test('is refused in one line of bounded length', () => {
    const reason = reasonFor(withFetch(condition(`attribute="x" operator="eq" value="{{${'long\n'.repeat(300)}}}"`)))
    expect(reason.length).toBeLessThanOrEqual(200)
    expect(reason).not.toContain('\n')
  })
})
