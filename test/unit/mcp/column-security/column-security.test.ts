import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'

import type { ToolAnswer } from '../support/harness.ts'
import { ASKERS } from '../../../queries/suite.ts'
import type { Person } from '../../../sandbox/people.ts'
import type { Stage } from '../../../queries/reports/stage.ts'
import { CONDITIONS, ORDERS, SELECTIONS, TOTALS, type Row } from './channels.ts'
import { call, openStage, REP, REPORTS, VIEWS } from './stage.ts'
import { rowsAsObjects } from '../support/rows.ts'

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage.close())

const OTHERS = ASKERS.filter((one) => one !== REP)
const idOf = (row: Row): unknown => row['accountid'] ?? row['contactid']
const rowsOf = ({ structuredContent }: ToolAnswer): readonly Row[] => {
  if (structuredContent?.error) throw new Error(structuredContent.error.text)
  return rowsAsObjects(structuredContent)
}
const sorted = (ids: readonly unknown[]): unknown[] => ids.map(String).sort()
const amountOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'value' in value ? value.value : (value ?? null)

/** A refusal tells no more than that the column is hidden, whatever the rows hold. */
function expectRefusal({ isError, structuredContent, content }: ToolAnswer, column: string): void {
  expect(isError).toBe(true)
  const { rows, total, error } = structuredContent ?? {}
  expect([rows, total, error?.code]).toEqual([undefined, undefined, 'hidden_column'])
  expect(content[0]?.text).toMatch(new RegExp(`${column}\\w* of \\w+ is hidden from you by column security`))
  expect(content[0]?.text).toContain('an administrator gives access by a column security profile')
}

const columnOf = ({ args }: { readonly args: unknown }): string =>
  JSON.stringify(args).includes('hp_passportnumber') ? 'hp_passportnumber' : 'creditlimit'

describe('what is asked of a column that is hidden', () => {
  test.each([...CONDITIONS, ...ORDERS, ...TOTALS].map((one) => [one.name, one] as const))(
    '%s: refused by one sentence',
    async (_name, one) => expectRefusal(await call(stage, 'query_crm', one.args), columnOf(one)),
  )

  test.each(CONDITIONS.map((one) => [one.name, one] as const))('%s: others get what SQL gives', async (_name, one) => {
    for (const who of OTHERS) {
      const found = rowsOf(await call(stage, 'query_crm', one.args, who)).map(idOf)
      expect(sorted(found)).toEqual(sorted(stage.oracle.ids(who, one.sql)))
    }
  })

  test.each(TOTALS.map((one) => [one.name, one] as const))('%s: others get what SQL gives', async (_name, one) => {
    for (const who of OTHERS) {
      const [row] = rowsOf(await call(stage, 'query_crm', one.args, who))
      expect(amountOf(row?.['n'])).toBeCloseTo(Number(stage.oracle.ids(who, one.sql)[0]), 2)
    }
  })

  test.each(ORDERS.map((one) => [one.name, one] as const))('%s: others get it', async (_name, one) => {
    for (const who of OTHERS) {
      const found = rowsOf(await call(stage, 'query_crm', one.args, who)).map(idOf)
      expect(found).toEqual(stage.oracle.ids(who, one.sql))
    }
  })
})

const valuesOf = (who: Person, sql: string): Map<unknown, unknown> =>
  new Map(
    stage.oracle.rows(who, sql).map((row) => {
      const [id, value] = Object.values(row)
      return [id, value]
    }),
  )

describe('a column that is hidden and selected', () => {
  test.each(SELECTIONS.map((one) => [one.name, one] as const))('%s: named once, never shown', async (_name, one) => {
    const answer = await call(stage, 'query_crm', one.args)
    const rows = rowsOf(answer)
    expect(sorted(rows.map(idOf))).toEqual(sorted([...valuesOf(REP, one.sql).keys()]))
    expect(rows.map((row) => one.valueOf(row)).filter((value) => value !== undefined)).toEqual([])
    const said = (answer.structuredContent?.notes ?? []).filter((note) => note.includes('hidden'))
    const its = one.hidden.endsWith('are') ? 'their' : 'its'
    expect(said).toEqual([`${one.hidden} hidden from you by column security; ${its} values are not shown.`])
    expect(answer.content[0]?.text).toContain(said[0])
  })

  test.each(SELECTIONS.map((one) => [one.name, one] as const))('%s: others see what SQL has', async (_name, one) => {
    for (const who of OTHERS) {
      const answer = await call(stage, 'query_crm', one.args, who)
      const seen = new Map(rowsOf(answer).map((row) => [idOf(row), amountOf(one.valueOf(row))]))
      expect(seen).toEqual(valuesOf(who, one.sql))
      expect([...seen.values()].some((value) => typeof value === 'number')).toBe(true)
      expect(JSON.stringify(answer)).not.toContain('hidden from you')
    }
  })

  test('all columns, and every kind of row of it', async () => {
    const fetchxml = '<fetch distinct="true"><entity name="account"><attribute name="creditlimit"/></entity></fetch>'
    expectRefusal(await call(stage, 'query_crm', { fetchxml }), 'creditlimit')
    const expand = [{ lookup: 'contact_customer_accounts', select: ['fullname', 'hp_passportnumber'] }]
    const listed = await call(stage, 'query_crm', { entity: 'account', select: ['name'], expand, top: 500 })
    expect(listed.structuredContent?.notes).toContain(
      'hp_passportnumber of contact is hidden from you by column security; its values are not shown.',
    )
    expect(JSON.stringify(listed.structuredContent?.rows)).not.toContain('hp_passportnumber')
  })
})

test.each(['creditlimit', 'Credit Limit', 'creditlimit_base'])(
  'a total of %s is refused by that name',
  async (asked) => {
    const fetchxml = `<fetch aggregate="true"><entity name="account"><attribute name="${asked}" alias="s" aggregate="sum"/></entity></fetch>`
    const { content } = await call(stage, 'query_crm', { fetchxml })
    const named = asked === 'creditlimit_base' ? asked : 'creditlimit'
    expect(content[0]?.text).toContain(`The column ${named} of account is hidden from you`)
  },
)

const SENTENCE = 'creditlimit is hidden from you by column security; its values are not shown.'
const accountOf = (who: Person): string =>
  String(stage.oracle.ids(who, 'select accountid from account where creditlimit > 0 order by accountid')[0])
const repAccount = (): string => String(stage.oracle.ids(REP, 'select accountid from account order by accountid')[0])

describe('one record', () => {
  test.each([
    ['all columns', {}],
    ['the column alone', { select: ['creditlimit'] }],
    ['among others', { select: ['name', 'creditlimit'] }],
  ])('get_record, %s', async (_what, more) => {
    const hidden = await call(stage, 'get_record', { entity: 'account', id: repAccount(), ...more })
    expect(hidden.structuredContent?.notes).toContain(SENTENCE)
    expect(hidden.structuredContent?.['record']).not.toHaveProperty('creditlimit')
    for (const who of OTHERS) {
      const seen = await call(stage, 'get_record', { entity: 'account', id: accountOf(who), ...more }, who)
      const [value] = stage.oracle.ids(who, `select creditlimit from account where accountid = '${accountOf(who)}'`)
      expect(amountOf((seen.structuredContent!['record'] as Row)['creditlimit'])).toBe(value)
      expect(JSON.stringify(seen)).not.toContain('hidden from you')
    }
  })

  test('get_record of the name, and fetch, name it among what was left out', async () => {
    const [name] = stage.oracle.ids(REP, `select name from account where accountid = '${repAccount()}'`)
    const named = await call(stage, 'get_record', { entity: 'account', id: String(name) })
    expect(named.structuredContent?.notes).toContain(SENTENCE)
    const fetched = await call(stage, 'fetch', { id: `account/${repAccount()}` })
    expect(fetched.structuredContent?.['text']).toContain('creditlimit (hidden from you by column security)')
    expect(fetched.structuredContent?.['text']).not.toContain('Credit Limit:')
    for (const who of OTHERS) {
      const seen = await call(stage, 'fetch', { id: `account/${accountOf(who)}` }, who)
      expect(seen.structuredContent?.['text']).toContain('Credit Limit:')
      expect(JSON.stringify(seen)).not.toContain('hidden from you')
    }
  })
})

describe('what somebody else wrote', () => {
  const ways: [string, Row, Row][] = [
    ['a view', { view: VIEWS.shown }, { view: VIEWS.asked }],
    ['a report', { report: REPORTS.shown }, { report: REPORTS.asked }],
  ]

  test.each(ways)('%s that shows the column comes without it', async (_what, shown) => {
    const { structuredContent, content } = await call(stage, 'run_report', shown)
    const { columns, totals, picture, notes, rows } = structuredContent ?? {}
    expect(rows).toHaveLength(stage.oracle.ids(REP, 'select accountid from account').length)
    expect(columns?.map(({ name }) => name)).toEqual(['name'])
    expect([notes, picture]).toEqual([expect.arrayContaining([SENTENCE]), { kind: 'table' }])
    expect(JSON.stringify([rows, totals])).not.toMatch(/creditlimit|limits/)
    expect(content[0]?.text).toContain(SENTENCE)
  })

  test.each(ways)('%s that asks for it is refused by the same sentence', async (_what, _shown, asked) =>
    expectRefusal(await call(stage, 'run_report', asked), 'creditlimit'),
  )

  test.each(ways)('%s gives others what SQL gives', async (_what, shown, asked) => {
    for (const who of OTHERS) {
      const all = rowsOf(await call(stage, 'run_report', shown, who))
      const values = stage.oracle.ids(who, 'select creditlimit from account where creditlimit is not null')
      const seen = all.map((row) => amountOf(row['creditlimit'])).filter((value) => value !== null)
      expect(sorted(seen)).toEqual(sorted(values))
      const large = stage.oracle.ids(who, 'select name from account where creditlimit >= 50000')
      expect(rowsOf(await call(stage, 'run_report', asked, who))).toHaveLength(large.length)
    }
  })
})

describe('descriptions and search', () => {
  const described = async (who: Person): Promise<unknown[]> => {
    const { structuredContent } = await call(stage, 'get_entity_metadata', { entity: 'account', search: 'credit' }, who)
    const columns = structuredContent?.['columns'] as { name: string; hidden?: true }[]
    return columns.filter(({ hidden }) => hidden === true).map(({ name }) => name)
  }

  test('mark the columns that are hidden from whoever asks', async () => {
    expect(sorted(await described(REP))).toEqual(['creditlimit', 'creditlimit_base'])
    for (const who of OTHERS) expect(await described(who)).toEqual([])
  })
})
