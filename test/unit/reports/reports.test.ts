import { describe, expect, test } from '@jest/globals'
import { XMLParser } from 'fast-xml-parser'
import { parseFetch, readFetch } from '../../../shared/dataverse/query/from-fetchxml/parse-fetch.ts'
import type { XmlElement } from '../../../shared/dataverse/query/from-fetchxml/xml.ts'
import { bareSource, filterOf, listOf, type Query } from '../../../shared/dataverse/query/model/query.ts'
import { collectNotes } from '../../../shared/dataverse/query/say/notes.ts'
import { writeFetch } from '../../../shared/dataverse/query/to-wire/write-fetch.ts'
import { bindParameters } from '../../../shared/reports/run/bind.ts'
import { BUILT_IN_CATALOGUE, BUILT_IN_REPORTS, isBuiltIn } from '../../../shared/reports/catalogue/built-in.ts'
import { createCatalogue, reportUri } from '../../../shared/reports/catalogue/catalogue.ts'
import { checkParameters, type ParameterValues } from '../../../shared/reports/check/check-parameters.ts'
import { createTools } from '../../../shared/mcp/tools.ts'
import { definitionOf } from './own-report.ts'
import { describeReport, promptText, reportLines } from '../../../shared/reports/describe-report.ts'

describe('FetchXML values', () => {
  const listing = (operator: string, ...values: string[]): Query =>
    listOf({
      ...bareSource('account'),
      filters: [filterOf('and', { conditions: [{ attribute: 'name', operator, values }] })],
    })

  test.each([
    [`"/><condition attribute='x`, '&quot;/&gt;&lt;condition attribute=&apos;x'],
    ['R&D', 'R&amp;D'],
    ['30', '30'],
  ])('%j can only be a value', (value, written) => {
    expect(writeFetch(listing('eq', value))).toContain(` value="${written}"/>`)
    expect(writeFetch(listing('in', value))).toContain(`<value>${written}</value>`)
    expect(parseFetch(writeFetch(listing('in', value, 'b'))).fetch.entity.filters[0]?.conditions).toEqual([
      { attribute: 'name', operator: 'in', values: [value, 'b'] },
    ])
  })

  test('what XML cannot hold is refused, not taken out: another value would be found', () => {
    expect(() => writeFetch(listing('eq', 'a\u0000b\u000bc'))).toThrow(/a character that Dataverse cannot take/)
  })
})

describe.each(BUILT_IN_REPORTS.map((report) => [report.slug, report] as const))('%s', (slug, report) => {
  const bound = (values: ParameterValues): XmlElement[] =>
    report.queries.map(({ fetchxml }) => bindParameters(fetchxml, values))
  const read = (values: ParameterValues): Query[] => bound(values).map((tree) => readFetch(tree, () => undefined))
  const write = (values: ParameterValues): string[] => read(values).map((query) => writeFetch(query))

  test('is a definition, whole and plain', () => {
    expect(definitionOf(JSON.parse(JSON.stringify(report)))).toEqual(report)
    expect(isBuiltIn(report)).toBe(true)
  })

  test('is FetchXML that means what is written, without a word that had to be interpreted', () => {
    const { note, sentences } = collectNotes()
    for (const tree of bound(checkParameters(report, {}))) {
      const xml = writeFetch(readFetch(tree, note))
      expect(sentences()).toEqual([])
      expect(parseFetch(xml)).toEqual({ fetch: readFetch(tree, note), interpreted: [] })
      expect(new XMLParser({ ignoreAttributes: false }).parse(xml)).toHaveProperty(['fetch', 'entity', '@_name'])
      expect(xml).not.toMatch(/\{\{|undefined| if=/)
    }
  })

  test('uses every parameter that it takes', () => {
    const values = checkParameters(report, {})
    for (const one of report.parameters) {
      const ends = { boolean: !one.default, integer: Number(one.default) + 1, owner: 'my-teams' }
      const other = ends[one.type]
      expect([one.name, write({ ...values, [one.name]: other }).join()]).not.toEqual([one.name, write(values).join()])
    }
  })

  test('gets every column that it shows, totals, draws or sorts by', () => {
    const keys = report.columns.map(({ key }) => key)
    const queries = read(checkParameters(report, {}))
    const asked = queries.flatMap(({ entity }) => entity.attributes.map(({ alias, name }) => alias ?? name))
    const parts = report.queries.every(({ part }) => part !== undefined) ? ['part'] : []
    expect([...asked, ...parts]).toEqual(expect.arrayContaining(keys))
    const used = report.totals.flatMap((total) => (total.kind === 'rows' || 'part' in total ? [] : [total.of]))
    const ofParts = report.totals.flatMap((total) => ('part' in total ? [total.of] : []))
    expect(asked).toEqual(expect.arrayContaining(ofParts))
    const { label, value } = report.picture
    expect(keys).toEqual(
      expect.arrayContaining([...used, label ?? keys[0], value ?? keys[0], report.sort?.key ?? keys[0]]),
    )
  })

  test('adds up no amount that is not in the base currency', () => {
    const attributes = read(checkParameters(report, {})).flatMap(({ entity }) => entity.attributes)
    const summed = attributes.filter(({ aggregate }) => aggregate === 'sum').map(({ name }) => name)
    const totals = report.totals.flatMap((total) =>
      total.kind === 'sum' && total.format === 'money' ? [total.of] : [],
    )
    const named = totals.map((key) => attributes.find(({ alias, name }) => (alias ?? name) === key)?.name)
    for (const name of [...summed, ...named]) expect(name).toMatch(/_base$/)
  })

  test('is described, with its limits and its query, for people and models', () => {
    expect(reportUri(report)).toBe(`prompt://reports/${slug}`)
    const text = describeReport(report)
    expect(text).toContain(`\`report: "${slug}"\``)
    for (const line of report.reading) expect(text).toContain(line)
    for (const xml of write(checkParameters(report, {}))) expect(text).toContain(xml)
    const values = checkParameters(report, {})
    expect(text).toContain(promptText(report, values))
    expect(promptText(report, values)).toContain(JSON.stringify({ report: slug, ...values }))
  })
})

describe('the catalogue', () => {
  test('holds what was asked for, the four of the requirements first', () => {
    expect(BUILT_IN_CATALOGUE.all.map(({ slug }) => slug)).toEqual([
      ...['my-open-opportunities', 'pipeline-by-stage', 'accounts-no-activity', 'closing-this-month'],
      ...['team-pipeline', 'won-lost-this-quarter', 'stalled-opportunities', 'forecast-by-month'],
      ...['my-activities-due', 'new-leads-by-source', 'top-accounts-by-revenue', 'open-cases-by-priority-and-age'],
    ])
  })

  test('finds a report by its slug, and has each once', () => {
    const [report] = BUILT_IN_REPORTS
    expect(BUILT_IN_CATALOGUE.bySlug('my-open-opportunities')).toBe(report)
    expect(BUILT_IN_CATALOGUE.bySlug('toString')).toBeUndefined()
    expect(() => createCatalogue([report!, report!])).toThrow(RangeError)
  })

  test('has no day, month or quarter that is computed here', () => {
    for (const { queries } of BUILT_IN_REPORTS)
      for (const { fetchxml } of queries) expect(fetchxml).not.toMatch(/\d{4}-\d{2}|operator="(?:on|ge|le|gt|lt)/)
  })

  test('is told in one line each, with its parameters, in few bytes', () => {
    const lines = reportLines(BUILT_IN_REPORTS).split('\n')
    expect(lines).toHaveLength(BUILT_IN_REPORTS.length + 1)
    for (const [at, { slug, parameters }] of BUILT_IN_REPORTS.entries()) {
      const names = parameters.map(({ name }) => name).join(', ')
      expect(lines[at]?.startsWith(`${slug}${names === '' ? '' : `(${names})`}: `)).toBe(true)
      expect(lines[at]).not.toContain('…')
    }
    expect(Buffer.byteLength(lines.join('\n'))).toBeLessThanOrEqual(1_600)
  })

  test('keeps a long description of a deployment to one short line', () => {
    const [first] = BUILT_IN_REPORTS
    const lines = ['word '.repeat(60), 'x'.repeat(300), 'one\nline: two', '😀'.repeat(150)].map(
      (description) => reportLines([{ ...first!, description }]).split('\n')[0] ?? '',
    )
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(150)
    expect(lines[0]).toMatch(/word word…$/)
    expect(lines[2]).toMatch(/: one line: two$/)
    expect(lines.every((line) => line.isWellFormed())).toBe(true)
  })

  test('may be empty: saved views are left', () => {
    expect(reportLines([])).toMatch(/^saved-views/)
    const [tool] = createTools({ defaultTop: 50, maxTop: 500 }, createCatalogue([])).filter(
      ({ name }) => name === 'run_report',
    )
    expect(tool?.input.safeParse({ report: 'saved-views' }).success).toBe(true)
    expect(tool?.input.safeParse({ report: 'pipeline-by-stage' }).success).toBe(false)
  })
})
