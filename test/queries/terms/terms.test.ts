// Not in a bare npm test: asks for each term in each place, in both languages.
import { afterAll, beforeAll, expect, test } from '@jest/globals'

import { BUILT_IN_TERMS } from '../../../shared/dataverse/query/terms/built-in.ts'
import { entityNamed } from '../../sandbox/dataverse/schema/schema.ts'
import type { Person } from '../../sandbox/people.ts'
import { NOW } from '../../unit/sandbox/dataverse/harness.ts'
import { stageOf, type Answer, type Stage } from '../agreement/ask.ts'
import { among, behind, own, type Place } from '../agreement/place.ts'
import { worldAt } from '../agreement/world.ts'
import { ASKERS } from '../suite.ts'

const WORLD = worldAt(NOW)
let stage: Stage
beforeAll(async () => {
  stage = await stageOf(WORLD)
})
afterAll(async () => await stage.close())

/** The definition in SQL, of a row under an alias, `x.`. */
type Holds = (row: string) => string

const state = (...numbers: readonly number[]): Holds => {
  return (row) => `${row}statecode in (${numbers.join(', ')})`
}
const both = (...all: readonly Holds[]): Holds => {
  return (row) => all.map((one) => one(row)).join(' and ')
}
const local = (cell: string): string => `substr(local(${cell}), 1, 10)`
const before: Holds = (row) => `${row}estimatedclosedate < today()`
const due: Holds = (row) => `${row}scheduledend < now_utc()`
const quiet: Holds = (row) => `${local(`${row}modifiedon`)} < date(today(), '-30 days') and not exists (
  select 1 from activitypointer p where p.regardingobjectid = ${row}opportunityid
    and ${local('p.modifiedon')} >= date(today(), '-30 days'))`

/** Every built-in word by its slug; `far`: of rows behind those of a link, which FetchXML asks inside the link alone. */
const MEANT: Readonly<Record<string, { readonly holds: Holds; readonly far?: true }>> = {
  'open-pipeline': { holds: state(0) },
  'weighted-pipeline': { holds: state(0) },
  won: { holds: state(1) },
  lost: { holds: state(2) },
  'win-rate': { holds: state(1, 2) },
  'sales-cycle': { holds: state(1) },
  'overdue-opportunity': { holds: both(state(0), before) },
  stalled: { holds: both(state(0), quiet), far: true },
  'overdue-activity': { holds: both(state(0, 3), due) },
  'overdue-task': { holds: both(state(0), due) },
  'active-customer': { holds: state(0) },
}

/** By table: its own rows, those that lead to them, and those that they lead to. */
const PLACES: Readonly<Record<string, readonly Place[]>> = {
  opportunity: [
    own('opportunity'),
    behind('task', 'regardingobjectid_opportunity_task'),
    behind('opportunityclose', 'opportunityid'),
    ...(['any', 'not any', 'all'] as const).map((quantifier) =>
      among('account', 'opportunity_parent_account', quantifier),
    ),
  ],
  activitypointer: [
    own('activitypointer'),
    behind('activityparty', 'activityid'),
    ...(['any', 'not any', 'all'] as const).map((quantifier) =>
      among('account', 'Account_ActivityPointers', quantifier),
    ),
  ],
  task: [
    own('task'),
    behind('activityparty', 'activityid_task'),
    ...(['any', 'not any', 'all'] as const).map((quantifier) => among('account', 'Account_Tasks', quantifier)),
  ],
  account: [
    own('account'),
    behind('contact', 'parentcustomerid_account'),
    behind('opportunity', 'parentaccountid'),
    ...(['any', 'not any', 'all'] as const).map((quantifier) => among('account', 'account_parent_account', quantifier)),
  ],
}

test('every built-in word has its meaning in SQL here', () => {
  expect(Object.keys(MEANT).toSorted()).toEqual(BUILT_IN_TERMS.map(({ slug }) => slug).toSorted())
})

/** Everybody asks for a table's own rows; elsewhere one person does, another at the next place. */
const askersOf = ({ sort }: Place, at: number): readonly Person[] =>
  ASKERS.filter((_person, which) => sort === 'own' || which === at % ASKERS.length)

const cases = BUILT_IN_TERMS.flatMap((term) =>
  ['eq', 'ne'].flatMap((operator) =>
    (PLACES[term.entity] ?? []).map((where) => ({ term, where, operator, called: `${where.entity}.${where.way}` })),
  ),
).map((one, at) => ({ ...one, askers: askersOf(one.where, at) }))
/** Rows that were found by place and word, whoever asked. */
const found = new Map<string, number>()

test.each(cases)('$called$term.slug $operator is its definition in SQL, in both languages', async (one) => {
  const { term, where, operator, called, askers } = one
  const { holds, far } = MEANT[term.slug] ?? { holds: state() }
  const id = entityNamed(where.entity).primaryIdAttribute
  const filter = where.odata((name) => `${name} ${operator} '${term.name}'`, 'term')
  const not = operator === 'ne' ? 'eq' : 'ne'
  const fetchxml = where.fetch(
    { fetchNot: (name) => `<condition ${name} operator="${not}" value="${term.name}"/>` },
    (name) => `<condition ${name} operator="${operator}" value="${term.name}"/>`,
    'term',
  )
  const wanted = (row: string): string => (operator === 'ne' ? `not coalesce((${holds(row)}), 0)` : `(${holds(row)})`)
  const sql = where.sql(wanted, '')
  for (const person of askers) {
    const ask = async (args: object): Promise<Answer> =>
      await stage.ask(person, { ...args, count: true, top: 5000 }, id)
    const expected = stage.sql(person, sql)
    const isRefused = far === true && where.sort === 'behind'
    expect([await ask({ entity: where.entity, filter, select: [id] }), await ask({ fetchxml })]).toEqual([
      expected,
      isRefused ? { refused: 'invalid_fetchxml' } : expected,
    ])
    const key = `${called} ${term.slug}`
    if ('ids' in expected) found.set(key, (found.get(key) ?? 0) + expected.ids.length)
  }
})

test('in every place there are rows of every word, so that none is right by finding nothing', () => {
  const keys = new Set(cases.map(({ called, term }) => `${called} ${term.slug}`))
  expect([...keys].filter((key) => (found.get(key) ?? 0) === 0)).toEqual([])
})
