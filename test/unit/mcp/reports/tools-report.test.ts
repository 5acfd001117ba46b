import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { bindParameters } from '../../../../shared/reports/run/bind.ts'
import { BUILT_IN_REPORTS } from '../../../../shared/reports/catalogue/built-in.ts'
import { checkParameters } from '../../../../shared/reports/check/check-parameters.ts'
import type { ReportDefinition } from '../../../../shared/reports/definition.ts'
import { readResult, send, type Harness } from '../support/harness.ts'
import { called, openStage, type Stage, type Who } from '../support/sandbox-stage.ts'
import { rowsAsObjects } from '../support/rows.ts'

const PEOPLE = ['sales-rep', 'sales-manager', 'analyst'] as const
const REPORTS = BUILT_IN_REPORTS.map((report) => [report.slug, report] as const)

let stage: Stage
let harness: Harness
beforeAll(async () => {
  stage = await openStage()
  harness = stage.coldWorker({ resultBytes: 200_000 })
  for (const who of PEOPLE) await called(harness, 'whoami', {}, who)
})
afterAll(() => stage.close())

async function ask(method: string, params: object, who: Who): Promise<unknown> {
  const body = { jsonrpc: '2.0', id: 1, method, params }
  return readResult(await send(harness, { body, headers: { authorization: `Bearer token-${who}` } }))
}

/** The call that a text asks for. */
function callIn(text: string): Record<string, unknown> {
  return JSON.parse(/call run_report with (\{.*?\})\./.exec(text)?.[1] ?? 'null') as Record<string, unknown>
}

/** Of those that give rows. */
const queriesIn = (text: string): string[] =>
  [...text.replaceAll(/, for totals alone:\n```xml\n[^`]*\n```/g, '').matchAll(/```xml\n([^`]*)\n```/g)].map(
    ([, xml]) => xml ?? '',
  )

/** How many rows, or how much in all: what two answers must agree in. */
function figure(report: ReportDefinition, rows: readonly Readonly<Record<string, unknown>>[]): number {
  const summed = report.columns.find(({ kind }) => kind === 'count')?.key
  return summed === undefined ? rows.length : rows.reduce((sum, row) => sum + Number(row[summed]), 0)
}

describe.each(PEOPLE)('%s', (who) => {
  test.each(REPORTS)(
    '%s: the same by tool, prompt, resource and query, in one request once its tables are known',
    async (slug, report) => {
      await called(harness, 'run_report', { report: slug }, who)
      const { answer, requests } = await called(harness, 'run_report', { report: slug }, who)
      expect([answer.isError, requests]).toEqual([undefined, 1])
      const { asOf: _time, ...result } = answer.structuredContent ?? {}

      const prompt = (await ask('prompts/get', { name: slug, arguments: {} }, who)) as {
        messages: { role: string; content: { text: string } }[]
      }
      const read = (await ask('resources/read', { uri: `prompt://reports/${slug}` }, who)) as {
        contents: { text: string }[]
      }
      expect(prompt.messages.map(({ role }) => role)).toEqual(['user'])
      for (const text of [prompt.messages[0]!.content.text, read.contents[0]!.text]) {
        const again = await called(harness, 'run_report', callIn(text), who)
        expect(again.answer.structuredContent).toMatchObject(result)
      }
      const queries = queriesIn(read.contents[0]!.text)
      const rows = []
      for (const fetchxml of queries) {
        const listed = await called(harness, 'query_crm', { fetchxml, top: 500 }, who)
        expect(listed.answer.isError).toBeUndefined()
        rows.push(...rowsAsObjects(listed.answer.structuredContent))
      }
      expect(figure(report, rows)).toBe(figure(report, rowsAsObjects(answer.structuredContent)))
    },
  )
})

describe('a report', () => {
  test.each(REPORTS)(
    '%s costs three requests on a cold worker, and the names that it skips are right',
    async (slug) => {
      const { requests } = await called(stage.coldWorker(), 'run_report', { report: slug }, 'analyst')
      const report = BUILT_IN_REPORTS.find((one) => one.slug === slug)!
      // Of tables with secured columns it asks, in one more, which of them the person may see.
      const hasSecured = report.queries.some(({ fetchxml }) => /name="(?:account|contact)"/.test(fetchxml))
      expect(requests).toBe(hasSecured ? 4 : 3)
      for (const { fetchxml } of report.queries) {
        const xml = bindParameters(fetchxml, checkParameters(report, {}))
        const { answer } = await called(harness, 'query_crm', { fetchxml: xml }, 'analyst')
        expect(answer.structuredContent).not.toHaveProperty('interpreted')
      }
    },
  )

  test('shows other people other rows', async () => {
    const counts: number[] = []
    for (const who of PEOPLE) {
      const { answer } = await called(harness, 'run_report', { report: 'pipeline-by-stage' }, who)
      counts.push(Number(totalsOf(answer.structuredContent).get('Opportunities')))
    }
    expect(counts[0]).toBeGreaterThan(0)
    expect(counts[1]).toBeGreaterThan(counts[0]!)
    expect(counts[2]).toBeGreaterThan(counts[1]!)
  })

  test('reads well without a picture: title, time, what was counted, totals, rows', async () => {
    const { answer } = await called(harness, 'run_report', { report: 'pipeline-by-stage' }, 'sales-manager')
    const text = answer.content[0]?.text ?? ''
    expect(text).toMatch(
      /^\*\*Pipeline by stage\*\*, as of \d{4}-\d\d-\d\d \d\d:\d\d \(Europe\/London\), base currency GBP\n(?:[^|\n]+\n)+The base currency of the organization is GBP\.\nBase value: £[\d,.]+\nOpportunities: \d+\n5 rows\n\n/,
    )
    expect(text).toMatch(/\n\n\| Stage \| Opportunities \| Base value \|\n[\s\S]*\| Qualify \| /)
  })

  test('says what it leaves out: rows beyond the number asked for, and those that did not fit', async () => {
    const args = { report: 'closing-this-month', top: 2 }
    const { answer } = await called(harness, 'run_report', args, 'analyst')
    expect(answer.structuredContent).toMatchObject({ more: true, parameters: { top: 2, owner: 'anyone' } })
    expect(answer.structuredContent?.rows).toHaveLength(2)
    expect(totalsOf(answer.structuredContent).get('Opportunities')).toBeGreaterThan(2)

    const small = stage.coldWorker({ resultBytes: 4_000 })
    const { answer: cut } = await called(small, 'run_report', { report: 'closing-this-month', top: 500 }, 'analyst')
    expect(cut.structuredContent?.more).toBe(true)
    expect(Buffer.byteLength(JSON.stringify(cut.structuredContent))).toBeLessThanOrEqual(4_200)
    const shown = cut.structuredContent?.rows?.length ?? 0
    const all = Number(totalsOf(cut.structuredContent).get('Opportunities'))
    expect(cut.structuredContent?.notes).toContainEqual(expect.stringContaining(`${all - shown} rows did not fit`))
  })

  test('says so when there is no row', async () => {
    const { answer } = await called(harness, 'run_report', { report: 'my-open-opportunities' }, 'analyst')
    expect(answer.structuredContent).toMatchObject({ rows: [], more: false })
    expect(answer.content[0]?.text).toContain('No open opportunity has such an owner.')
  })

  test('a record is a link, an amount in base currency a number, a group without a value named', async () => {
    const { answer } = await called(harness, 'run_report', { report: 'closing-this-month', top: 1 }, 'analyst')
    const [row] = rowsAsObjects(answer.structuredContent)
    expect(row).toMatchObject({ estimatedvalue_base: expect.any(Number) })
    const { values } = answer.structuredContent ?? {}
    expect(values?.['name']?.[String(row?.['name'])]).toMatch(/^opportunity\/[\da-f-]{36}$/)
    expect(values?.['customerid']?.[String(row?.['customerid'])]).toMatch(/^(?:account|contact)\/[\da-f-]{36}$/)
    expect(answer.structuredContent?.recordLink).toMatch(/etn=\{entity\}&id=\{id\}$/)
    const pipeline = await called(harness, 'run_report', { report: 'pipeline-by-stage' }, 'analyst')
    const stages = rowsAsObjects(pipeline.answer.structuredContent).map(({ stage: one }) => one)
    expect(stages).toEqual(['Qualify', 'Develop', 'Propose', 'Close', '(no stage)'])
  })

  test.each([
    ['out of range', { report: 'accounts-no-activity', days: 0 }, 'invalid_parameter', 'from 1 to 365'],
    ['of another type', { report: 'accounts-no-activity', days: 'thirty' }, 'invalid_arguments', 'input schema'],
    [
      'that would narrow what it does not',
      { report: 'team-pipeline', owner: 'me' },
      'invalid_parameter',
      'Leave owner',
    ],
    [
      'that would ask for other days',
      { report: 'team-pipeline', days: 7, top: 3 },
      'invalid_parameter',
      'top, days out',
    ],
    ['of saved views', { report: 'pipeline-by-stage', entity: 'lead' }, 'invalid_parameter', 'Leave entity out'],
    ['of another report', { view: 'Active Accounts', owner: 'me' }, 'invalid_parameter', 'with query_crm'],
    ['of a view', { report: 'saved-views', top: 5 }, 'invalid_parameter', 'Leave top out'],
    [
      'that no report has',
      { report: 'pipeline-by-stage', assignee: 'me' },
      'unknown_argument',
      '"assignee": use owner',
    ],
    ['of its own rows, where it has none', { report: 'team-pipeline', mine: true }, 'invalid_parameter', 'Leave mine'],
    [
      'that contradicts another',
      { report: 'pipeline-by-stage', mine: true, owner: 'my-teams' },
      'invalid_parameter',
      'Give owner alone',
    ],
    ['of somebody else', { report: 'pipeline-by-stage', owner: 'Ann' }, 'invalid_arguments', "ownerid eq 'Ann'"],
    ['of everybody’s own', { report: 'my-open-opportunities', owner: 'anyone' }, 'invalid_parameter', 'me-or-my-teams'],
    ['of no report', { report: 'toString' }, 'invalid_arguments', 'input schema'],
  ])('an argument %s is refused before anything is asked', async (_what, args, code, advice) => {
    const { answer, requests } = await called(harness, 'run_report', args)
    expect([answer.isError, requests]).toEqual([true, 0])
    expect(answer.structuredContent?.error).toMatchObject({ code, nextStep: expect.stringContaining(advice) })
  })

  test('mine, as older lists of tools have it, is owner: me', async () => {
    const args = { report: 'pipeline-by-stage' }
    const [old, now] = [
      { ...args, mine: true },
      { ...args, owner: 'me' },
    ]
    const both = [
      await called(harness, 'run_report', old, 'sales-rep'),
      await called(harness, 'run_report', now, 'sales-rep'),
    ]
    const [{ asOf: _1, ...was } = {}, { asOf: _2, ...is } = {}] = both.map(
      ({ answer }) => answer.structuredContent ?? {},
    )
    expect(was).toEqual(is)
    expect(is).toMatchObject({ parameters: { owner: 'me' } })
  })

  test.each(['me-or-my-teams', 'Me or my teams', ' me_or_my_teams '])('whose rows may be written %j', async (owner) => {
    const { answer } = await called(harness, 'run_report', { report: 'my-open-opportunities', owner }, 'sales-rep')
    expect(answer.structuredContent).toMatchObject({ parameters: { owner: 'me-or-my-teams' } })
  })

  test.each([
    [{ mine: true }, 'me'],
    [{ mine: true, owner: 'me' }, 'me'],
    [{ mine: false }, 'anyone'],
    [{ mine: false, owner: 'my-teams' }, 'my-teams'],
  ])('%j asks for the rows of %s', async (args, owner) => {
    const { answer } = await called(harness, 'run_report', { report: 'pipeline-by-stage', ...args }, 'sales-rep')
    expect(answer.structuredContent).toMatchObject({ parameters: { owner } })
  })

  test('what asks for nothing is dropped', async () => {
    const { answer } = await called(harness, 'run_report', { report: 'team-pipeline', owner: 'anyone' })
    expect(answer.structuredContent?.error).toBeUndefined()
  })
})

describe('prompts', () => {
  test('are the reports, with their parameters as arguments', async () => {
    const { prompts } = (await ask('prompts/list', {}, 'sales-rep')) as {
      prompts: { name: string; description: string; arguments?: { name: string; required?: boolean }[] }[]
    }
    expect(prompts.map(({ name, arguments: args = [] }) => [name, args.map((one) => one.name)])).toEqual(
      BUILT_IN_REPORTS.map(({ slug, parameters }) => [slug, parameters.map(({ name }) => name)]),
    )
    expect(prompts.flatMap(({ arguments: args = [] }) => args).filter(({ required }) => required)).toEqual([])
  })

  test('give a message with the arguments in it, and are audited', async () => {
    const given = { name: 'accounts-no-activity', arguments: { days: '45', owner: 'Me or my teams', top: '' } }
    const before = harness.events.length
    const { messages } = (await ask('prompts/get', given, 'sales-rep')) as { messages: { content: { text: string } }[] }
    expect(callIn(messages[0]!.content.text)).toEqual({
      report: given.name,
      days: 45,
      direct: false,
      owner: 'me-or-my-teams',
      top: 50,
    })
    expect(harness.events.slice(before)).toEqual([
      expect.objectContaining({ name: 'prompt.read', report: given.name, outcome: 'ok', userId: 'oid-sales-rep' }),
    ])
  })

  test.each([
    ['accounts-no-activity', 'day', 'use days'],
    ['accounts-no-activity', 'Days', 'write days'],
    ['team-pipeline', 'owner', 'team-pipeline takes no argument'],
  ])('%s with %s, which it does not take, is refused', async (name, argument, advice) => {
    const params = { name, arguments: { [argument]: '1' } }
    const body = { jsonrpc: '2.0', id: 1, method: 'prompts/get', params }
    const { body: text = '' } = await send(harness, { body, headers: { authorization: 'Bearer token-sales-rep' } })
    expect(text).toContain(`${name} does not have the argument \\"${argument}\\".`)
    expect(text).toContain(advice)
    expect(harness.events.at(-1)).toMatchObject({ name: 'prompt.read', outcome: 'refused', code: 'unknown_argument' })
  })

  test.each([
    ['days', '0'],
    ['days', '3.5'],
    ['days', '1"/><x'],
    ['owner', 'Ann'],
  ])('%s=%s is refused, with what would work', async (name, value) => {
    const params = { name: 'accounts-no-activity', arguments: { [name]: value } }
    const body = { jsonrpc: '2.0', id: 1, method: 'prompts/get', params }
    const { body: text } = await send(harness, { body, headers: { authorization: 'Bearer token-sales-rep' } })
    expect(text).toMatch(new RegExp(`"code":-32602,"message":"[^"]*Give ${name} as`))
    expect(harness.events.at(-1)).toMatchObject({ name: 'prompt.read', outcome: 'refused', code: 'invalid_parameter' })
  })
})

function totalsOf(structured: Readonly<Record<string, unknown>> | undefined): Map<string, number> {
  const totals = structured?.totals as readonly { title: string; value: number }[]
  return new Map(totals.map(({ title, value }) => [title, value]))
}
