import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { runReportTool } from '../../../../shared/mcp/tools/report/run-report.ts'
import { BUILT_IN_REPORTS } from '../../../../shared/reports/catalogue/built-in.ts'
import { createCatalogue } from '../../../../shared/reports/catalogue/catalogue.ts'
import { definitionOf } from '../../reports/own-report.ts'
import { isOfAsker } from '../../../../shared/reports/of-asker.ts'
import { called, openStage, type Stage } from '../support/sandbox-stage.ts'
import type { Harness, ToolAnswer } from '../support/harness.ts'

let stage: Stage
let worker: Harness
beforeAll(async () => {
  stage = await openStage()
  worker = stage.coldWorker({ resultBytes: 1_000_000 })
})
afterAll(async () => await stage.close())

type Args = Readonly<Record<string, unknown>>
const run = async (tool: string, args: Args): Promise<ToolAnswer> =>
  (await called(worker, tool, args, 'sales-rep')).answer

/** What a report does with each word for whose rows, by whose it shows where nothing is said. */
const OF_ALL = { mine: 'me', notMine: 'anyone', me: 'me', anyone: 'anyone' }
const OF_ONES_OWN = { mine: 'me', notMine: 'refused', me: 'me', anyone: 'refused' }
const WITHOUT_OWNER = { mine: 'refused', notMine: 'all', me: 'refused', anyone: 'all' }
const ASKED = [
  ['mine', { mine: true }],
  ['notMine', { mine: false }],
  ['me', { owner: 'me' }],
  ['anyone', { owner: 'anyone' }],
] as const

describe.each(BUILT_IN_REPORTS.map((report) => [report.slug, report] as const))('%s', (slug, report) => {
  const owner = report.parameters.find((one) => one.type === 'owner')
  const expected = owner === undefined ? WITHOUT_OWNER : owner.default === 'anyone' ? OF_ALL : OF_ONES_OWN

  test.each(ASKED)('asked with %s, %j', async (word, args) => {
    for (const tool of ['run_report', 'show_report']) {
      const { structuredContent } = await run(tool, { report: slug, ...args })
      const parameters = structuredContent?.parameters as { readonly owner?: string } | undefined
      const shown = structuredContent?.error ? 'refused' : (parameters?.owner ?? 'all')
      expect([tool, shown]).toEqual([tool, expected[word]])
      // What is refused is named: the argument, or its value.
      if (shown === 'refused') expect(structuredContent?.error?.text).toMatch(/\b(?:mine|owner)\b/)
    }
  })
})

test.each([
  ['my-open-opportunities', 'me, my-teams, me-or-my-teams'],
  ['pipeline-by-stage', 'anyone, me, my-teams, me-or-my-teams'],
])('of %s no word is offered for its owner that it refuses', async (report, words) => {
  const { structuredContent } = await run('run_report', { report, owner: 'Marcus Webb' })
  expect(structuredContent?.error?.nextStep).toContain(`owner takes ${words} (`)
  for (const owner of words.split(', '))
    expect((await run('run_report', { report, owner })).isError ?? false).toBe(false)
})

/** A deployment's own, without a word for its owner. */
const own = (filter: string) =>
  definitionOf({
    slug: 'own-accounts',
    title: 'Own accounts',
    description: 'Accounts that the person owns',
    persona: 'sales rep',
    queries: [{ fetchxml: `<fetch><entity name="account"><attribute name="name"/>${filter}</entity></fetch>` }],
    columns: [{ key: 'name', title: 'Name', kind: 'text' }],
    picture: { kind: 'table' },
    empty: 'None.',
  })
const OWN = '<condition attribute="ownerid" operator="eq-userid"/>'

test.each([
  [`<filter>${OWN}</filter>`, true],
  [`<filter type="and"><condition attribute="name" operator="not-null"/><filter>${OWN}</filter></filter>`, true],
  [`<filter type="or">${OWN}<condition attribute="name" operator="null"/></filter>`, false],
  [`<filter if="some">${OWN}</filter>`, false],
  [`<filter>${OWN.replace('<condition', '<condition if="owner"')}</filter>`, false],
  [`<filter>${OWN.replace('ownerid', 'createdby')}</filter>`, false],
  [`<filter>${OWN.replace('eq-userid', 'eq-useroruserteams')}</filter>`, false],
  [`<link-entity name="contact" from="contactid" to="primarycontactid"><filter>${OWN}</filter></link-entity>`, false],
  ['', false],
])('%s keeps nothing but own rows: %p', (filter, expected) => expect(isOfAsker(own(filter))).toBe(expected))

describe('a report that always shows own rows', () => {
  const tool = runReportTool(createCatalogue([...BUILT_IN_REPORTS, own(`<filter>${OWN}</filter>`)]))
  const context = { about: () => undefined, caller: {}, limits: { maxTop: 500 } } as never
  const asked = (args: Args) => tool.call({ report: 'own-accounts', ...args }, context)

  test.each([
    [{ mine: false }, 'mine: false'],
    [{ owner: 'anyone' }, 'owner: "anyone"'],
    [{ owner: 'my-teams' }, 'owner: "my-teams"'],
    [{ mine: true, owner: 'anyone' }, 'owner: "anyone"'],
  ])('refuses %j by name', async (args, said) => {
    await expect(asked(args)).rejects.toMatchObject({
      code: 'invalid_parameter',
      message: `The report own-accounts shows the person's own rows, so that ${said} has no place in it.`,
    })
  })

  test.each([[{ mine: true }], [{ owner: 'me' }], [{ mine: true, owner: 'me' }]])(
    'takes %j as what it is',
    // It goes on to ask Dataverse, of which there is none here.
    async (args) => await expect(asked(args)).rejects.not.toHaveProperty('code', 'invalid_parameter'),
  )
})
