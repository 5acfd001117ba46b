import { expect, test } from '@jest/globals'

import { inOData, knowing, term } from './asking.ts'

const OPEN = term('Open pipeline', {
  aliases: ['pipeline'],
  filter: 'statecode eq Open',
  date: 'estimatedclosedate',
  owner: 'Sales Operations',
})
const WON = term('won', { filter: "statecode eq 'Won'", date: 'actualclosedate', isOwn: false })
const STALLED = term('stalled', { filter: "term eq 'pipeline' and modifiedon lt 2026-10-01" })
const NEW = term('new', { filter: 'period ge 2026-11-01', date: 'createdon' })
const FAR = term('far', {
  filter: "parentaccountid/industrycode eq 'Consulting' and not (ownerid eq me) and decisionmaker",
})
const BUSY = term('busy', {
  filter: "Opportunity_Tasks/any(t:t/statecode eq 'Open') or Opportunity_Tasks/all(t:t/subject ne null)",
})
const UNDER = term('under', { filter: 'estimatedvalue lt actualvalue or estimatedvalue eq null' })
const ALL = term('everything')
const ACTIVE = term('active customer', { entity: 'account', filter: "statecode eq 'Active' and term eq 'ours'" })
const OURS = term('ours', { entity: 'account', filter: 'primarycontactid ne null' })
const METADATA = knowing([OPEN, WON, STALLED, NEW, FAR, BUSY, UNDER, ALL, ACTIVE, OURS])

/** By name: what it means, written out; a column of it begins with the mark. */
const WRITTEN: Readonly<Record<string, string>> = {
  'Open pipeline': '@statecode eq Open',
  won: "@statecode eq 'Won'",
  stalled: '(@statecode eq Open and @modifiedon lt 2026-10-01)',
  new: '@createdon ge 2026-11-01',
  far: "(@parentaccountid/industrycode eq 'Consulting' and not (@ownerid eq me) and @decisionmaker eq true)",
  busy: "(@Opportunity_Tasks/any(t:t/statecode eq 'Open') or @Opportunity_Tasks/all(t:t/subject ne null))",
  under: '(@estimatedvalue lt @actualvalue or @estimatedvalue eq null)',
  everything: '@opportunityid ne null',
}

/** Places of a condition on an opportunity, by the way to it. */
const PLACES: readonly (readonly [entity: string, way: string, around: string])[] = [
  ['opportunity', '', '#'],
  ['opportunity', '', 'not (#)'],
  ['opportunity', '', "name eq 'x' and #"],
  ['opportunity', '', "name eq 'x' or not (# or name eq 'y')"],
  ['account', 'o/', 'opportunity_parent_account/any(o:#)'],
  ['account', 'o/', 'not opportunity_parent_account/any(o:# and o/createdon ge 2026-01-01)'],
  ['account', 'o/', 'opportunity_customer_accounts/all(o:#)'],
  ['contact', 'o/', 'parentcustomerid_account/opportunity_parent_account/any(o:not (#))'],
  ['task', 'regardingobjectid_opportunity_task/', '#'],
  ['task', 'regardingobjectid_opportunity_task/', 'not (#) and subject ne null'],
]

const cases = Object.entries(WRITTEN).flatMap(([name, written]) =>
  PLACES.map(([entity, way, around]) => ({ name, entity, way, around, written })),
)

test.each(cases)('$name of $entity as $around$way is what it means', async ({ name, entity, way, around, written }) => {
  const out = around.replace('#', () => written.replaceAll('@', way))
  const expected = await inOData(out, entity, METADATA).then(
    ({ plain }) => plain,
    (error: unknown) => error,
  )
  for (const asked of [
    `${way}term eq '${name}'`,
    `${way}Term in ('${name.toUpperCase()}')`,
    `not (${way}term ne '${name}')`,
  ]) {
    const meant = await inOData(
      around.replace('#', () => asked),
      entity,
      METADATA,
    ).then(
      ({ plain }) => plain,
      (error: unknown) => error,
    )
    expect([asked, meant]).toEqual([asked, expected])
  }
})
