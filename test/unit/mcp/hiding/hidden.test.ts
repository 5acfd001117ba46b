import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'

import { fetchHere } from '../../../sandbox/dataverse/http/in-process.ts'
import { BY_COLUMN, openWorld, RULES_OF_TABLES, SECRET } from './stage.ts'
import { WHO, idsOfRows } from './worlds.ts'
import type { Stage } from '../../../queries/reports/stage.ts'
import { rowsAsObjects } from '../support/rows.ts'
import { callTool, type Harness, type ToolAnswer } from '../support/harness.ts'

let stage: Stage
let worker: Harness
beforeAll(async () => {
  stage = await openWorld('one', BY_COLUMN)
  worker = stage.workerWith(BY_COLUMN.rules)
})
afterAll(() => stage.close())

type Args = Readonly<Record<string, unknown>>
const query = (args: Args, of = worker): Promise<ToolAnswer> => callTool(of, 'query_crm', args, WHO)
const codeOf = (answer: ToolAnswer): string | undefined => answer.structuredContent?.error?.code
const KEPT = 'hidden_by_administrator'

describe('what is hidden', () => {
  test.each<[string, Args]>([
    ['a condition', { entity: 'contact', filter: "mobilephone eq '1'" }],
    ['a condition by its label', { entity: 'contact', filter: "'1' eq mobilephone" }],
    ['an order', { entity: 'account', orderby: 'revenue' }],
    ['a path', { entity: 'account', filter: 'primarycontactid/mobilephone ne null' }],
    ['a condition on what is masked', { entity: 'contact', filter: 'birthdate gt 1980-01-01' }],
    ['an order of what is masked', { entity: 'contact', orderby: 'birthdate' }],
    ['an order of a lookup whose rows have no name', { entity: 'account', orderby: 'primarycontactid' }],
    ['the name of such rows', { entity: 'account', filter: "contains(primarycontactid,'a')" }],
    ['a table', { entity: 'hp_project' }],
    ['its set', { entity: 'hp_projects' }],
  ])('%s is refused, and why is said', async (_what, args) => {
    const answer = await query(args)
    expect([codeOf(answer), answer.structuredContent?.error?.nextStep]).toEqual([
      KEPT,
      expect.stringContaining('administrator'),
    ])
  })

  test('a column that is selected is left out, one that is masked comes as the mask leaves it', async () => {
    const select = ['jobtitle', 'mobilephone', 'birthdate', 'emailaddress1']
    const { structuredContent } = await query({ entity: 'contact', select, top: 5 })
    const [row] = rowsAsObjects(structuredContent)
    expect(row).toEqual(expect.objectContaining({ birthdate: '1931', emailaddress1: '•••@pine.example' }))
    expect(row).not.toHaveProperty('mobilephone')
    expect(structuredContent?.notes).toEqual([
      'mobilephone is hidden from models by an administrator; its values are not shown.',
      'birthdate and emailaddress1 are masked for models by an administrator.',
    ])
  })

  test('is in no description and in no suggestion', async () => {
    const described = await callTool(worker, 'get_entity_metadata', { entity: 'contact', search: 'mobile' }, WHO)
    expect(JSON.stringify(described)).not.toContain('mobilephone')
    const misspelt = await query({ entity: 'contact', select: ['mobilephon'] })
    expect(codeOf(misspelt)).toBe('unknown_column')
    expect(JSON.stringify(misspelt)).not.toContain('mobilephone')
    const listed = await callTool(worker, 'list_entities', { search: 'project' }, WHO)
    expect(JSON.stringify(listed)).not.toContain('hp_project')
    const near = await query({ entity: 'hp_projec' })
    expect([codeOf(near), JSON.stringify(near).includes('hp_project"')]).toEqual(['unknown_entity', false])
  })

  test('a report that shows it comes without, one that orders by it is refused', async () => {
    const run = (report: string): Promise<ToolAnswer> => callTool(worker, 'run_report', { report }, WHO)
    const [hidden, masked, ordered] = [await run('own-hidden'), await run('own-masked'), await run('own-ordered')]
    expect(hidden.structuredContent?.columns?.map(({ name }) => name)).toEqual(['name'])
    expect(hidden.structuredContent?.['totals']).toEqual([expect.objectContaining({ title: 'Rows' })])
    expect(rowsAsObjects(masked.structuredContent)[0]).toEqual(expect.objectContaining({ creditlimit_base: '•••' }))
    expect(masked.structuredContent?.['totals']).toEqual([expect.objectContaining({ title: 'Rows' })])
    expect(codeOf(ordered)).toBe(KEPT)
  })

  test('costs a worker that knows its tables no request more', async () => {
    const asked = { entity: 'account', select: ['name', 'telephone1', 'primarycontactid'], top: 5 }
    const counted = async (of: Harness): Promise<number> => {
      await query(asked, of)
      stage.harness.dataverse.reset()
      await query(asked, of)
      return stage.harness.dataverse.counters().total
    }
    expect([await counted(stage.worker), await counted(worker)]).toEqual([1, 1])
  })
})

describe('a cursor that was made before', () => {
  const CASES: readonly [string, Args, string | undefined][] = [
    ['shows the column', { entity: 'contact', select: ['jobtitle', 'mobilephone'], top: 3 }, undefined],
    ['shows what is masked now', { entity: 'contact', select: ['birthdate'], top: 3 }, undefined],
    ['orders by it', { entity: 'account', select: ['name'], orderby: 'revenue desc', top: 3 }, KEPT],
    ['filters by it', { entity: 'account', select: ['name'], filter: 'revenue ne null', top: 3 }, KEPT],
    ['is of a hidden table', { entity: 'hp_project', select: ['hp_projectid'], top: 1 }, KEPT],
    [
      'brings rows of a collection',
      {
        entity: 'account',
        select: ['name'],
        expand: [{ lookup: 'contact_customer_accounts', select: ['fullname'] }],
        top: 3,
      },
      undefined,
    ],
    [
      'counts by it',
      {
        fetchxml:
          '<fetch><entity name="account"><attribute name="name"/><link-entity name="contact" from="contactid" to="primarycontactid" alias="c"><attribute name="mobilephone" alias="m"/></link-entity></entity></fetch>',
        top: 3,
      },
      undefined,
    ],
  ]
  test.each(CASES)('and %s: today’s rules hold', async (_what, args, code) => {
    const before = await query({ ...args, ids: true }, stage.worker)
    const cursor = before.structuredContent?.cursor
    expect(cursor).toEqual(expect.any(String))
    const after = await query({ cursor })
    expect(codeOf(after)).toBe(code)
    expect(JSON.stringify(after)).not.toMatch(SECRET)
  })
})

test.each(['opportunity.ownerid', 'opportunity.customerid', 'account.owningteam', 'task.regardingobjectid'])(
  'a masked name is the same in a list and in groups of either way: %s',
  async (place) => {
    const masked = stage.workerWith('team.name=mask, systemuser.fullname=mask:initials, account.name=mask:last4')
    const [entity = '', lookup = ''] = place.split('.')
    const plain = (text: unknown): string => String(text).replace(/ #[\da-f]{8}$/, '')
    const list = await query({ entity, select: [lookup], filter: `${lookup} ne null`, top: 500 }, masked)
    const groups = await Promise.all(
      [['count'], ['count', 'median(days(createdon, now))']].map((measures) =>
        callTool(masked, 'analyze', { entity, by: [lookup], measures, top: 50, orderby: 'count desc' }, WHO),
      ),
    )
    const listed = new Set(rowsAsObjects(list.structuredContent).map((row) => plain(row[lookup])))
    for (const { structuredContent } of groups) {
      const told = rowsAsObjects(structuredContent).map((row) => plain(row[lookup]))
      const named = told.filter((one) => one !== '(none)' && !one.startsWith('others'))
      expect(named.length).toBeGreaterThan(0)
      expect(named.filter((one) => !listed.has(one))).toEqual([])
    }
  },
)

test('Dataverse’s own words are not repeated, as an extension may quote a value', async () => {
  const wire: typeof fetch = async (input, init) => {
    const url = input instanceof Request ? input.url : String(input)
    const isRows = url.includes('/accounts?') || url.includes('/contacts(')
    const message = 'The contact Zebrafinch Person1001 with mobilephone Zebrafinch 1001 is locked.'
    return isRows
      ? Response.json({ error: { code: '0x80040265', message } }, { status: 400 })
      : await fetchHere(input, init)
  }
  const failing = stage.workerWith(BY_COLUMN.rules, wire)
  const [contact = ''] = idsOfRows(BY_COLUMN).get('contact') ?? []
  const answers = [
    await query({ entity: 'account', select: ['name'] }, failing),
    await callTool(failing, 'get_record', { entity: 'contact', id: contact }, WHO),
  ]
  for (const answer of answers) {
    expect(answer.content[0]?.text).toContain('Error 0x80040265')
    expect(JSON.stringify(answer)).not.toMatch(SECRET)
  }
})

describe('a hidden table', () => {
  let ofTables: Harness
  beforeAll(() => {
    ofTables = stage.workerWith(RULES_OF_TABLES)
  })

  test('leaves of a lookup to it that there is something', async () => {
    const { structuredContent } = await query(
      { entity: 'account', select: ['primarycontactid'], top: 30, ids: true },
      ofTables,
    )
    const cells = rowsAsObjects(structuredContent).map(({ primarycontactid }) => primarycontactid)
    expect(new Set(cells)).toEqual(new Set(['•••', null]))
    expect(structuredContent?.values).toBeUndefined()
  })

  test.each([
    ['account', 'primarycontactid'],
    ['incident', 'primarycontactid'],
    ['opportunity', 'parentaccountid/primarycontactid'],
    ['annotation', 'objectid'],
    ['task', 'regardingobjectid'],
  ])('is one group to models, whichever way figures are computed: %s by %s', async (entity, lookup) => {
    const asked = { entity, by: [lookup], top: 100, orderby: 'count desc' }
    const [added, read] = await Promise.all(
      [['count'], ['count', 'median(days(createdon, now))']].map((measures) =>
        callTool(ofTables, 'analyze', { ...asked, measures }, WHO),
      ),
    )
    const counts = [added, read].map((answer) =>
      rowsAsObjects(answer?.structuredContent).map((row) => [row[lookup.replace('/', '.')], row['count']]),
    )
    expect(counts[1]?.toSorted()).toEqual(counts[0]?.toSorted())
    const ids = JSON.stringify([added, read]).match(/"contact\/|"email\//)
    expect(ids).toBeNull()
    expect(added?.structuredContent?.notes).toContainEqual(expect.stringMatching(/^••• is all rows that an admin/))
  })

  test.each(['count', 'median(days(createdon, now))'])(
    'how many are behind ••• is not told beside %s',
    async (measure) => {
      const asked = {
        entity: 'account',
        by: ['primarycontactid'],
        measures: [measure, 'distinct(primarycontactid) as n'],
      }
      const { structuredContent } = await callTool(ofTables, 'analyze', asked, WHO)
      const rows = rowsAsObjects(structuredContent)
      expect(rows.find(({ primarycontactid }) => primarycontactid === '•••')).toMatchObject({ n: null })
      expect(structuredContent?.notes).toContainEqual(expect.stringContaining('how many different ones'))
    },
  )

  test('of one kind of activity hides the table of all of them, and no other kind', async () => {
    const codes = await Promise.all(
      ['email', 'activitypointer', 'task'].map(async (entity) => codeOf(await query({ entity, top: 1 }, ofTables))),
    )
    expect(codes).toEqual([KEPT, KEPT, undefined])
  })
})

test('an entry that names nothing here is told once, and found by the check', async () => {
  const misspelt = stage.workerWith('contact.moblephone, hp_salary, contact.mobilephone, *.nothing, contact.contactid2')
  for (const entity of ['account', 'lead']) await query({ entity, top: 1 }, misspelt)
  const told = misspelt.events.filter(({ name }) => name === 'hides.unmatched')
  expect(told).toHaveLength(1)
  expect(told[0]).toEqual(
    expect.objectContaining({
      count: 4,
      reason: 'MODEL_HIDES names what is not there: contact.moblephone, hp_salary, *.nothing, contact.contactid2',
    }),
  )
})
