import { chartTypeOf } from '../../../../shared/reports/charts/chart-kind.ts'
import { readChartData } from '../../../../shared/reports/charts/chart-data.ts'
import { BUILT_IN_CATALOGUE } from '../../../../shared/reports/catalogue/built-in.ts'
import { isNamedSo, nearNamed } from '../../../../shared/reports/views/near-named.ts'
import { isText } from '../../../../shared/reports/views/read-saved.ts'
import { rowsOfOwner } from '../../../../shared/mcp/tools/report/rows-of-owner.ts'
import { itemOf } from '../../../../shared/mcp/tools/timeline/items.ts'
import { timelineText } from '../../../../shared/mcp/tools/timeline/timeline-text.ts'

const ID = '00000000-0000-0000-0000-000000000001'

/** What somebody wrote to the company, as an item of a timeline, and that as text. */
const told = (text: string): unknown => {
  const head = { table: 'email', id: ID, at: 0, state: 'done', kind: 'email' } as const
  const rows = new Map([[ID, { activityid: ID, subject: text, description: text, '_ownerid_value@x': text }]])
  const parties = new Map([[ID, [{ participationtypemask: 1, addressused: text }]]])
  const files = new Map([[ID, [{ filename: text, mimetype: text }]]])
  const item = itemOf(head, { rows, parties, files, cut: [], refused: [] }, { of: ID, zone: 'UTC', now: 0 })
  const of = { id: `account/${ID}`, title: text }
  const frame = { of, asOf: '', timeZone: 'UTC', history: text, recordLink: '' }
  return timelineText({ ...frame, items: [{ ...item, text }] }, 100, () => [])
}

/** A refusal is an answer as well. */
const chart = (xml: string): unknown => {
  try {
    return readChartData(xml)
  } catch (error) {
    return error
  }
}

/** What takes texts where somebody asks what happened, or for what others saved. */
export const TOLD_TAKERS: readonly (readonly [name: string, take: (text: string) => unknown])[] = [
  ['an item of a timeline', told],
  ['the kind of a chart', (text) => [chartTypeOf(text), chartTypeOf(`<Chart><Series ChartType="${text}`)]],
  ['the query of a chart', (text) => [chart(text), chart(`<datadefinition><fetchcollection><fetch>${text}`)]],
  ['the name of what was saved', (text) => isText('name', text)],
  [
    'a name near to one of what was saved',
    (text) => [nearNamed(text, [{ id: ID, name: text, entity: text, isOwn: false }]), isNamedSo(text, text)],
  ],
  [
    'an owner of whom no report has a word',
    (text) => rowsOfOwner(BUILT_IN_CATALOGUE, { report: text, entity: text, owner: text.slice(0, 200) }),
  ],
]
