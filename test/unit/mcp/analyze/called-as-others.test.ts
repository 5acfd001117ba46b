import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { readReport } from '../../../../shared/mcp/app/report.ts'
import { idOf } from '../../../sandbox/dataverse/seed/tools.ts'
import { seed } from '../../../sandbox/dataverse/seed/seed.ts'
import type { TableRows } from '../../../sandbox/dataverse/store/store.ts'
import { PEOPLE } from '../../../sandbox/people.ts'
import type { Harness } from '../support/harness.ts'
import { called, openStage, type Stage } from '../support/sandbox-stage.ts'

const NAMES = [
  'others (4 groups)',
  'others (1 group)',
  ' others (2 groups) ',
  '(none)',
  'others',
  '"others (3 groups)"',
  // Seen as the others are, whatever stands in them.
  'others (5  groups)',
  'others\u200b (6 groups)',
  'others (7\u00a0groups)',
  'others \u202e(8 groups)',
]
const COUNTS = 30

let stage: Stage
let worker: Harness
beforeAll(async () => {
  const all = seed(PEOPLE, new Date())
  const one = all.find(({ entity }) => entity === 'task')?.values ?? {}
  const rows: TableRows = NAMES.flatMap((subject, at) =>
    Array.from({ length: COUNTS }, (_row, place) => ({
      entity: 'task',
      values: { ...one, subject, activityid: idOf(`others ${at}`, place) },
    })),
  )
  stage = await openStage(rows)
  worker = stage.coldWorker({ toolDeadlineMs: 40_000 })
})
afterAll(async () => await stage.close())

const VIEW_OTHERS = /^others \(\d+ groups?\)$/

test.each(['analyze', 'show_answer'])(
  '%s: a group that is called as the sum of others is not taken for one',
  async (tool) => {
    const args = { entity: 'task', measures: ['count'], by: ['subject'], orderby: 'count desc', top: NAMES.length }
    const asked = tool === 'analyze' ? args : { tool: 'analyze', arguments: JSON.stringify(args) }
    const { structuredContent, content, _meta } = (await called(worker, tool, asked, 'sales-manager')).answer
    const { rows = [], notes = [] } = structuredContent ?? {}
    const labels = rows.map(([label]) => String(label))
    expect(labels.slice(0, -1).filter((label) => VIEW_OTHERS.test(label) || label === '(none)')).toEqual([])
    expect(labels.at(-1)).toMatch(VIEW_OTHERS)
    for (const name of [4, 2, 5, 6, 7, 8]
      .map((groups) => `others (${groups} groups)`)
      .concat('others (1 group)', '(none)')) {
      expect(labels).toContain(`"${name}"`)
      expect(notes.join('\n')).toContain(`"${name}", in quotes, is what a group is called.`)
      expect(content[0]?.text).toContain(`| "${name}" |`)
    }
    expect(labels).toEqual(expect.arrayContaining(['others', '""others (3 groups)""']))
    expect(new Set(labels).size).toBe(labels.length)
    expect(content[0]?.text.match(/^\| others \(\d+ groups?\) \|/gm)).toHaveLength(1)
    const read = readReport({ structuredContent, _meta })
    expect('report' in read && read.report.rows.filter(([label]) => VIEW_OTHERS.test(String(label)))).toHaveLength(1)
  },
)

test('the sum of the others is that of the groups that are not shown', async () => {
  const figures = async (top: number): Promise<number> => {
    const args = { entity: 'task', measures: ['count'], by: ['subject'], top }
    const { rows = [] } = (await called(worker, 'analyze', args, 'sales-manager')).answer.structuredContent ?? {}
    return rows.reduce((sum, [, count]) => sum + Number(count), 0)
  }
  expect(await figures(3)).toBe(await figures(100))
})
