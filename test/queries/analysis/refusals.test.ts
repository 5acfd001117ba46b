import { afterAll, beforeAll, expect, test } from '@jest/globals'

import { computeAnalysis } from '../../../shared/reports/analysis/compute/compute-analysis.ts'
import type { Aggregation, Analysis, ColumnPath, Group, Value } from '../../../shared/reports/analysis/model.ts'
import { person } from '../../sandbox/people.ts'
import { NOW } from '../../unit/sandbox/dataverse/harness.ts'
import { stageAt, type Stage } from './stage.ts'
import { column } from './subjects.ts'

let stage: Stage
beforeAll(async () => {
  stage = await stageAt(NOW)
})
afterAll(() => stage.close())

const path = (written: string): ColumnPath => (column(written) as Extract<Value, { kind: 'column' }>).column
const by = (written: string): Group => ({ kind: 'column', name: 'group', column: path(written) })
const of = (
  entity: string,
  aggregation: Aggregation,
  groups: readonly Group[] = [],
  more: Partial<Analysis> = {},
): Analysis => ({
  entity,
  groups,
  measures: [{ name: 'figure', expression: { kind: 'aggregation', aggregation } }],
  ...more,
})
const times = (left: string, right: string): Value => ({
  kind: 'calculated',
  operator: '*',
  left: column(left),
  right: column(right),
})

test.each<readonly [string, Analysis, string, RegExp]>([
  [
    'a column that is none',
    of('opportunity', { name: 'sum', of: column('amount') }),
    'unknown_column',
    /estimatedvalue/,
  ],
  ['a table that is none', of('opportunitie', { name: 'count' }), 'unknown_entity', /opportunity/],
  ['a lookup that is none', of('opportunity', { name: 'count' }, [by('acount/name')]), 'unknown_path', /account/],
  ['a condition that is none', of('opportunity', { name: 'count', where: 'statecode eq' }), 'invalid_filter', /./],
  [
    'a condition of a side',
    of('opportunity', { name: 'count' }, [], { compare: ['statecode eq 0', 'x eq 1'] }),
    'unknown_column',
    /./,
  ],
  [
    'a choice that is none',
    of('opportunity', { name: 'count', where: "statecode eq 'Opne'" }),
    'unknown_option',
    /Open/,
  ],
  ['the sum of a text', of('opportunity', { name: 'sum', of: column('name') }), 'invalid_aggregate', /number/],
  [
    'the median of a lookup',
    of('opportunity', { name: 'median', of: column('ownerid') }),
    'invalid_aggregate',
    /number/,
  ],
  [
    'the median of a date',
    of('opportunity', { name: 'median', of: column('createdon') }),
    'invalid_aggregate',
    /number/,
  ],
  [
    'a product with a choice',
    of('opportunity', { name: 'sum', of: times('estimatedvalue', 'salesstage') }),
    'invalid_aggregate',
    /number/,
  ],
  [
    'the days from a number',
    of('opportunity', {
      name: 'avg',
      of: { kind: 'between', unit: 'days', from: path('closeprobability'), to: 'today' },
    }),
    'invalid_aggregate',
    /dates/,
  ],
  [
    'a date without its part',
    of('opportunity', { name: 'count' }, [by('createdon')]),
    'invalid_aggregate',
    /month\(createdon\)/,
  ],
  [
    'the month of a choice',
    of('opportunity', { name: 'count' }, [{ kind: 'date', name: 'm', part: 'month', column: path('salesstage') }]),
    'invalid_aggregate',
    /salesstage/,
  ],
  [
    'a collection',
    of('account', { name: 'count' }, [by('contact_customer_accounts/jobtitle')]),
    'unknown_path',
    /contact/,
  ],
  [
    'a collection through pairs',
    of('opportunity', { name: 'count' }, [by('opportunitycompetitors_association/name')]),
    'unknown_path',
    /any\(…\)/,
  ],
  [
    'a collection by its table',
    of('account', { name: 'sum', of: column('opportunity_customer_accounts/estimatedvalue') }),
    'unknown_path',
    /opportunity/,
  ],
  [
    'a lookup to several tables',
    of('task', { name: 'count' }, [by('regardingobjectid/name')]),
    'ambiguous_path',
    /regardingobjectid_/,
  ],
  ['a sum that is hidden', of('account', { name: 'sum', of: column('creditlimit') }), 'hidden_column', /./],
  ['a median that is hidden', of('account', { name: 'median', of: column('creditlimit') }), 'hidden_column', /./],
  [
    'a number made of a hidden one',
    of('account', { name: 'max', of: times('creditlimit', 'revenue') }),
    'hidden_column',
    /./,
  ],
  ['groups of a hidden one', of('contact', { name: 'count' }, [by('hp_passportnumber')]), 'hidden_column', /./],
  [
    'a band of a hidden one behind a lookup',
    of('opportunity', { name: 'count' }, [
      { kind: 'band', name: 'b', of: column('parentaccountid/creditlimit'), edges: [1] },
    ]),
    'hidden_column',
    /./,
  ],
  ['a condition on a hidden one', of('account', { name: 'count', where: 'creditlimit gt 1' }), 'hidden_column', /./],
])('%s is refused with a next step', async (_what, analysis, code, step) => {
  const asked = computeAnalysis(analysis, stage.call(person('sales rep')))
  await expect(asked).rejects.toMatchObject({ code, nextStep: expect.stringMatching(step) })
})

test('what is to be done instead of following a collection can be done', async () => {
  const deps = stage.call(person('analyst'))
  const refused = await computeAnalysis(
    of('account', { name: 'count' }, [by('contact_customer_accounts/jobtitle')]),
    deps,
  ).catch((error: unknown) => (error as { nextStep: string }).nextStep)
  const [, entity = '', written = ''] =
    /^Analyze the entity (\w+) instead: .* is ([\w/]+)\.$/.exec(typeof refused === 'string' ? refused : '') ?? []
  const { sides } = await computeAnalysis(of(entity, { name: 'count' }, [by(written)]), deps)
  const wanted = "select count(*) as n from contact where parentcustomerid_type = 'account'"
  const named = sides[0]?.groups
    .filter(({ keys }) => keys[0] !== null)
    .flatMap(({ tallies }) => tallies.get(0)?.rows ?? 0)
  expect(named?.reduce((sum, one) => sum + one, 0)).toBe(stage.oracle.ids(person('analyst'), wanted)[0])
})
