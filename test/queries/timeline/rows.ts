import type { SeedRow } from '../../sandbox/dataverse/seed/tools.ts'
import { idOf, ownedBy, reference, written } from '../../sandbox/dataverse/seed/tools.ts'
import type { Reference, Values } from '../../sandbox/dataverse/store/store.ts'
import { unitId } from '../../sandbox/dataverse/seed/organisation.ts'
import { person } from '../../sandbox/people.ts'
import { varietyAccountId } from '../../sandbox/dataverse/seed/variety/customers.ts'

const REP = person('sales rep').systemUserId ?? ''

/** An activity of the sales rep as it may be left behind: with these dates and no other. */
function activity(kind: string, name: string, regarding: Reference, values: Values, now: Date): SeedRow[] {
  const common: Values = {
    activityid: idOf('timeline/activity', name),
    subject: `Odd one: ${name}`,
    activitytypecode: kind,
    regardingobjectid: regarding,
    ...ownedBy({ entity: 'systemuser', id: REP, unit: unitId('UK Sales'), country: 'UK' }),
    ...written(now, REP, -9, -2),
    description: `Of ${name}`,
    senton: null,
    actualstart: null,
    ...values,
  }
  return [
    { entity: kind, values: common },
    { entity: 'activitypointer', values: common },
  ]
}

/** Hours that a change of the clock repeats or leaves out, in London, Berlin and New York, and the moments beside them. */
const CLOCK_CHANGES = [
  ...['2026-03-08T06:59:59Z', '2026-03-08T07:00:00Z', '2026-03-29T00:59:59Z', '2026-03-29T01:00:00Z'],
  ...['2026-10-24T22:30:00Z', '2026-10-24T23:00:00Z', '2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z'],
  ...['2026-11-01T03:59:59Z', '2026-11-01T05:30:00Z', '2026-11-01T06:30:00Z'],
]

/** Activities of every date that may count, and of none, beside those that are seeded. */
export function oddRows(now: Date): SeedRow[] {
  const account = reference('account', varietyAccountId('Tidewater UK'))
  const done = { statecode: 1, statuscode: 3 }
  const at = (day: string): string => `2026-11-${day}T08:15:30Z`
  return [
    ...activity('email', 'sent', account, { ...done, senton: at('03'), actualstart: at('02') }, now),
    ...activity('email', 'ended before it was sent', account, { ...done, senton: at('03'), actualend: at('01') }, now),
    ...activity('appointment', 'begun', account, { statecode: 1, statuscode: 3, actualstart: at('04') }, now),
    ...activity('task', 'no date', account, { statecode: 2, statuscode: 6, scheduledend: at('28') }, now),
    ...activity('phonecall', 'same moment', account, { statecode: 1, statuscode: 2, actualend: at('05') }, now),
    ...activity('task', 'same moment, too', account, { statecode: 1, statuscode: 5, actualend: at('05') }, now),
    ...CLOCK_CHANGES.flatMap((actualend) => [
      ...activity('task', `${actualend} task`, account, { statecode: 1, statuscode: 5, actualend }, now),
      ...activity('phonecall', `${actualend} call`, account, { statecode: 1, statuscode: 2, actualend }, now),
    ]),
    ...activity('task', 'open without a date', account, { statecode: 0, statuscode: 2 }, now),
    ...activity(
      'appointment',
      'long',
      account,
      { statecode: 3, statuscode: 5, scheduledstart: at('23'), scheduledend: at('26') },
      now,
    ),
  ]
}
