import { describe, expect, test } from '@jest/globals'
import { XMLParser } from 'fast-xml-parser'
import { describeReport, REPORT_IDS, REPORTS, reportById, reportUri } from '../../../shared/reports/catalog.ts'
import { fetchXml, xmlValue } from '../../../shared/dataverse/fetch-xml.ts'

const PARAMETERS = { days: 45, mine: true, top: 50 }

describe('FetchXML values', () => {
  test.each([
    [`"/><condition attribute='x`, '&quot;/&gt;&lt;condition attribute=&apos;x'],
    ['R&D', 'R&amp;D'],
    ['a\u0000b\u000bc', 'abc'],
    [30, '30'],
  ])('%j can only be a value', (value, written) => expect(xmlValue(value)).toBe(written))

  test('what is put into a template is escaped, a fragment is not', () => {
    const fragment = fetchXml`<b c="${'"'}"/>`
    expect(fetchXml`<a>${fragment}</a>`.xml).toBe('<a><b c="&quot;"/></a>')
  })
})

describe.each(REPORTS.map((report) => [report.id, report] as const))('%s', (id, report) => {
  test('is well-formed FetchXML of its own entity', () => {
    const { xml } = report.query(PARAMETERS)
    expect(openTags(xml)).toEqual([])
    const parsed = new XMLParser({ ignoreAttributes: false }).parse(xml)
    expect(parsed.fetch.entity['@_name']).toBe(report.entity.name)
    expect(xml).not.toContain('undefined')
  })

  test('uses exactly the parameters that it takes', () => {
    const base = { days: 1, mine: false, top: 1 }
    const changed = { days: 2, mine: true, top: 2 }
    for (const name of ['days', 'mine', 'top'] as const) {
      const differs = report.query(base).xml !== report.query({ ...base, [name]: changed[name] }).xml
      expect([name, differs]).toEqual([name, report.takes.includes(name)])
    }
  })

  test('is described, with its limits, for people and models', () => {
    expect(reportById(id)).toBe(report)
    expect(reportUri(report)).toBe(`prompt://reports/${id}`)
    expect(describeReport(report)).toContain(`\`report: "${id}"\``)
    for (const line of report.reading) expect(describeReport(report)).toContain(line)
  })
})

test('there are the four that were asked for', () => {
  expect(REPORTS.map(({ id }) => id)).toEqual([...REPORT_IDS])
  expect(reportById('my-open-opportunities').query(PARAMETERS).xml).toContain('operator="eq-useroruserteams"')
  expect(reportById('pipeline-by-stage').query(PARAMETERS).xml).toContain('estimatedvalue_base')
  expect(reportById('accounts-no-activity').query(PARAMETERS).xml).toContain('operator="last-x-days" value="45"')
  expect(reportById('closing-this-month').query(PARAMETERS).xml).toContain('operator="this-month"')
})

/** The tags that a text opens and does not close, in order. */
function openTags(xml: string): string[] {
  const open: string[] = []
  for (const [, closing, name = '', , empty] of xml.matchAll(/<(\/?)([\w-]+)((?: [\w-]+="[^"<&]*")*)(\/?)>/g)) {
    if (closing) expect(open.pop()).toBe(name)
    else if (!empty) open.push(name)
  }
  return open
}
