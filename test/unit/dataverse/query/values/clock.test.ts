import { expect, test } from '@jest/globals'
import type { Person } from '../../../../../shared/dataverse/metadata/model.ts'
import { loadOrganization } from '../../../../../shared/dataverse/metadata/read/organization.ts'
import { clockOf } from '../../../../../shared/dataverse/query/resolve/values/clock.ts'
import type { Reads } from '../../../../../shared/dataverse/web-api/coalesce.ts'

/** Answers every read with one row. */
const answering = (row: object): Reads => ({
  read: async ({ schema }) => ({ ok: true, value: schema.parse(row) }),
})

test.each([
  ['2026-01-01T00:00:00Z', 2002, { startMonth: 1, startDay: 1, periodMonths: 3 }],
  ['2026-04-05T23:00:00Z', 2001, { startMonth: 4, startDay: 6, periodMonths: 6 }],
  ['2026-07-01T05:00:00Z', 2000, { startMonth: 7, startDay: 1, periodMonths: 12 }],
  ['2026-10-01T00:00:00Z', 2003, { startMonth: 10, startDay: 1, periodMonths: 1 }],
  ['2026-01-01T00:00:00Z', 2004, undefined],
  ['2026-01-01T00:00:00Z', null, undefined],
  [undefined, 2002, undefined],
  ['spring', 2002, undefined],
])('a fiscal year from %s of type %p', async (fiscalcalendarstart, fiscalperiodtype, fiscal) => {
  const facts = await loadOrganization(answering({ name: 'x', fiscalcalendarstart, fiscalperiodtype }), 'id')
  expect(facts).toEqual({ name: 'x', ...(fiscal && { fiscal }) })
})

test.each([
  ['GMT Standard Time', '2026-07-01T23:30:00Z', 'Europe/London', '2026-07-02'],
  ['New Zealand Standard Time', '2026-07-01T12:30:00Z', 'Pacific/Auckland', '2026-07-02'],
  ['Eastern Standard Time', '2026-07-01T03:30:00Z', 'America/New_York', '2026-06-30'],
  [undefined, '2026-07-01T23:30:00Z', 'Etc/UTC', '2026-07-01'],
])('the day where the clock is %s', (name, time, zone, today) => {
  const person: Person = {
    systemUserId: '',
    name: '',
    businessUnit: { id: '' },
    language: 1033,
    timeZone: { code: 1, ...(name !== undefined && { name }) },
    organization: { id: '' },
  }
  expect(clockOf(person, Date.parse(time))).toEqual({ now: Date.parse(time), zone, today, fiscal: undefined })
})
