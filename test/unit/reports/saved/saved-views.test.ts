import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { QueryError } from '../../../../shared/dataverse/errors.ts'
import { createNamedRowsCache } from '../../../../shared/dataverse/records/named-rows.ts'
import type { ReportResult } from '../../../../shared/reports/definition.ts'
import type { RunReportDeps } from '../../../../shared/reports/run/report-deps.ts'
import { findView } from '../../../../shared/reports/views/find-view.ts'
import { listViews } from '../../../../shared/reports/views/list-views.ts'
import { runView } from '../../../../shared/reports/views/run-view.ts'
import { ownViewId, viewId } from '../../../sandbox/dataverse/seed/platform/rows.ts'
import { VIEW_PLANS } from '../../../sandbox/dataverse/seed/platform/views.ts'
import { person } from '../../../sandbox/people.ts'
import { startSandboxWorker, type SandboxWorker } from '../../dataverse/support/sandbox-worker.ts'

const NOW = Date.parse('2026-11-24T09:00:00Z')
let worker: SandboxWorker
beforeAll(async () => {
  worker = await startSandboxWorker()
})
afterAll(() => worker.close())
beforeEach(() => worker.dataverse.reset())

const ORGANIZATION_ID = '5e1f0b8c-7a4d-4c39-9d2e-3b6a8f0c1d2e'
const PERSONAS = { rep: 'sales rep', manager: 'sales manager', analyst: 'analyst' } as const
type Who = keyof typeof PERSONAS

function depsOf(who: Who): RunReportDeps {
  const { api: dataverse, metadata } = worker.call(who)
  const asker = { organizationId: ORGANIZATION_ID, systemUserId: person(PERSONAS[who]).systemUserId ?? '' }
  return {
    dataverse,
    metadata,
    now: () => NOW,
    dataverseUrl: 'https://crm.example',
    limits: { maxTop: 500, deadline: NOW + 40_000 },
    namedRows: createNamedRowsCache({ now: () => NOW }).rowsFor(dataverse, asker),
    systemUserId: asker.systemUserId,
  }
}
const run = (who: Who, view: string, entity?: string, top?: number): Promise<ReportResult> =>
  runView({ view, entity, top }, depsOf(who))
const refusal = async (work: Promise<unknown>): Promise<{ code: string; text: string; nextStep: string }> => {
  const error = await work.then(
    () => new Error('it was accepted'),
    (reason: unknown) => reason,
  )
  if (!(error instanceof QueryError)) throw error
  return { code: error.code, text: error.message, nextStep: error.nextStep }
}
const whole = (value: unknown): number => (value as { value: number }).value

describe('saved views', () => {
  test('a person sees everybody’s of a table and their own, never a colleague’s', async () => {
    const ids = async (who: Who) => (await listViews('Opportunities', depsOf(who))).rows.map(({ id }) => id)
    const everybodys = viewId('opportunity', 'public')
    const rep = ownViewId(person('sales rep').systemUserId ?? '')
    const manager = ownViewId(person('sales manager').systemUserId ?? '')
    expect(await ids('rep')).toEqual([rep, everybodys])
    expect(await ids('manager')).toEqual([manager, everybodys])
  })

  test('without a table those of the usual ones are listed, quick find never', async () => {
    const { rows, notes, columns } = await listViews(undefined, depsOf('analyst'))
    expect(rows.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['Active Accounts', 'My big deals', 'Open Leads']),
    )
    expect(rows.map(({ name }) => name).join()).not.toMatch(/Quick Find|Active Projects/)
    expect(rows.every((row) => columns.every(({ key }) => typeof row[key] === 'string'))).toBe(true)
    expect(notes.join()).toContain('name an entity')
  })

  test('one view gives each person their own rows', async () => {
    const counts = []
    for (const who of ['rep', 'manager', 'analyst'] as const)
      counts.push((await run(who, 'Open Opportunities', 'opportunity')).rows.length)
    expect(counts[0]).toBeGreaterThan(0)
    expect(counts[1]).toBeGreaterThan(counts[0]!)
    expect(counts[2]).toBeGreaterThan(counts[1]!)
  })

  test.each(VIEW_PLANS.map(({ entity, name, columns }) => [name, entity, columns] as const))(
    '%s runs, its columns in the order of its layout',
    async (name, entity, columns) => {
      const result = await run('analyst', name, entity)
      expect(result).toMatchObject({ title: name, report: `view:${viewId(entity, 'public')}`, more: false })
      expect(result.columns.map(({ key }) => key)).toEqual(columns)
      for (const row of result.rows) expect(columns).toEqual(expect.arrayContaining(Object.keys(row)))
    },
  )

  test('records come as records, amounts with their sign, days as days', async () => {
    const { rows, columns, recordLink, asOf, timeZone } = await run('rep', 'my BIG deals')
    const kinds = Object.fromEntries(columns.map(({ key, kind }) => [key, kind]))
    expect(kinds).toMatchObject({ name: 'record', customerid: 'record', estimatedvalue: 'money', salesstage: 'text' })
    expect(rows[0]?.['name']).toEqual({ id: expect.any(String), label: expect.any(String), entity: 'opportunity' })
    expect(rows.every(({ estimatedvalue }) => whole(estimatedvalue) > 20_000)).toBe(true)
    expect(rows.length).toBeGreaterThan(0)
    expect({ asOf, timeZone }).toEqual({ asOf: '2026-11-24T09:00:00+00:00', timeZone: 'Europe/London' })
    expect(recordLink).toContain('etn={entity}&id={id}')
  })

  test('two requests once the table is known, of which none names a colleague’s view', async () => {
    await run('rep', 'Open Opportunities', 'opportunity')
    worker.dataverse.reset()
    await run('rep', 'Open Opportunities', 'opportunity')
    expect(worker.dataverse.counters().total).toBe(2)
    worker.dataverse.reset()
    await listViews('opportunity', depsOf('rep'))
    expect(worker.dataverse.counters().total).toBe(1)
  })

  test('more than asked for is said', async () => {
    const { rows, more } = await run('analyst', 'Open Opportunities', undefined, 3)
    expect({ rows: rows.length, more }).toEqual({ rows: 3, more: true })
  })

  test('an id works, in braces too; a colleague’s id is unknown', async () => {
    const own = ownViewId(person('sales rep').systemUserId ?? '')
    expect((await run('rep', `{${own.toUpperCase()}}`)).title).toBe('My big deals')
    expect(await refusal(run('manager', own))).toMatchObject({ code: 'unknown_view' })
  })

  test.each([
    ['Open Oportunities', undefined, /Did you mean: "Open Opportunities" of opportunity/],
    ['big deals', 'opportunity', /Did you mean: "My big deals" of opportunity/],
    ['zzzzzzzzzzzzzzzzzzzzzz', 'account', /saved-views with entity "account"/],
    ['Active Accounts', 'contact', /"Active Contacts" of contact/],
    ['open opps', undefined, /^Did you mean: "Open Opportunities" of opportunity\?$/],
    ['open opps', 'opportunity', /^Did you mean: "Open Opportunities" of opportunity\?$/],
    ['the opportunities that are open', undefined, /^Did you mean: "Open Opportunities" of opportunity\?$/],
    ['leads open', undefined, /^Did you mean: "Open Leads" of lead\?$/],
    ['actve acounts view', undefined, /^Did you mean: "Active Accounts" of account\?$/],
    ['my opps', undefined, /^Did you mean: "My big deals" of opportunity\?$/],
    ['zzz opps', undefined, /^Did you mean: (?:"[^"]+" of opportunity(?:, )?)+\?$/],
    ['open', undefined, /^Did you mean: "Open Leads" of lead, "Open Opportunities" of opportunity\?$/],
  ])('%s of %s: the nearest names', async (view, entity, nextStep) => {
    expect(await refusal(run('rep', view, entity))).toMatchObject({
      code: 'unknown_view',
      nextStep: expect.stringMatching(nextStep),
    })
  })

  test.each(["x' or name ne '", "O'Brien", '%', "') or (1 eq 1", '<fetch>', '\ud800'])(
    'the name %j is a name and nothing else',
    async (view) => {
      expect((await refusal(run('rep', view))).code).toBe('unknown_view')
    },
  )

  test('of several with one name the ids are given, and each works', async () => {
    const { nextStep } = await withRows([copyOf('Open Opportunities')], async (api) =>
      refusal(findView(api, 'Open Opportunities', undefined)),
    )
    expect(nextStep).toMatch(
      /^Pass the id of one as view: .* \(own, of opportunity\), .* \(everybody’s, of opportunity\)\.$/,
    )
  })
})

type Row = Readonly<Record<string, unknown>>
const copyOf = (name: string): Row => ({ userqueryid: ownViewId('x'), name, returnedtypecode: 'opportunity' })

/** The sandbox's answers, with views of the person's own that they could have made in Dynamics. */
async function withRows<T>(
  own: readonly Row[],
  work: (api: ReturnType<typeof depsOf>['dataverse']) => Promise<T>,
): Promise<T> {
  const { dataverse } = depsOf('rep')
  const batch: typeof dataverse.batch = async (reads) => {
    const results = await dataverse.batch(reads)
    const [first, ...others] = reads
    if (!first?.path.startsWith('userqueries')) return results
    const value = first.schema.parse({ value: own })
    return [{ ok: true, value }, ...results.slice(1, others.length + 1)] as typeof results
  }
  return await work({ ...dataverse, batch })
}

describe('a view that somebody made strangely', () => {
  const runOwn = (row: Row): Promise<ReportResult> =>
    withRows([{ ...copyOf('Mine'), ...row }], (api) => runView({ view: 'Mine' }, { ...depsOf('rep'), dataverse: api }))
  const FETCH = '<fetch version="1.0" savedqueryid="1" mapping="logical"><entity name="account">'
  const LINK = `<link-entity name="contact" from="contactid" to="primarycontactid" link-type="outer" visible="false" alias="a_1b">`

  test('shows columns of linked tables where its layout has them', async () => {
    const { columns, rows } = await runOwn({
      fetchxml: `${FETCH}<attribute name="name"/><attribute name="accountid"/>${LINK}<attribute name="emailaddress1"/></link-entity></entity></fetch>`,
      layoutxml: '<grid><row><cell name="a_1b.emailaddress1"/><cell name="name"/><cell name="gone"/></row></grid>',
    })
    expect(columns.map(({ key }) => key)).toEqual(['a_1b.emailaddress1', 'name'])
    expect(columns[0]?.title).toMatch(/\(contact\)$/)
    expect(rows.some((row) => typeof row['a_1b.emailaddress1'] === 'string')).toBe(true)
  })

  test('without a layout shows what its query returns', async () => {
    const { columns } = await runOwn({ fetchxml: `${FETCH}<attribute name="telephone1"/></entity></fetch>` })
    expect(columns.map(({ key }) => key)).toEqual(['telephone1'])
  })

  test('names the period that it asks for', async () => {
    const month = '<filter><condition attribute="createdon" operator="this-month"/></filter>'
    const { reading } = await runOwn({ fetchxml: `${FETCH}<attribute name="name"/>${month}</entity></fetch>` })
    expect(reading).toEqual([
      'Period: 2026-11-01 to 2026-11-30 (createdon, Europe/London).',
      expect.stringContaining('saved view of'),
    ])
  })

  test('of its first rows alone has no more', async () => {
    const fetchxml = `${FETCH.replace('<fetch', '<fetch top="2"')}<attribute name="name"/></entity></fetch>`
    const { rows, more } = await runOwn({ fetchxml })
    expect({ rows: rows.length, more }).toEqual({ rows: 2, more: false })
  })

  test.each([
    ['no query', ''],
    ['a DTD', `<!DOCTYPE fetch [<!ENTITY a "b">]>${FETCH}</entity></fetch>`],
    ['an unknown table', '<fetch><entity name="nowhere"/></fetch>'],
    ['an unknown column', `${FETCH}<attribute name="nothing_like_it"/></entity></fetch>`],
    ['an unknown element', `${FETCH}<script/></entity></fetch>`],
  ])('with %s is refused with another way', async (_name, fetchxml) => {
    const { code, text, nextStep } = await refusal(runOwn({ fetchxml }))
    expect(code).toBe('unsupported_view')
    expect(text).toMatch(/^The saved view "Mine" cannot be run here: /)
    expect(nextStep).toContain('query_crm')
  })
})
