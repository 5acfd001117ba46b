import { expect, test } from '@jest/globals'
import { momentIn } from '../../../../../shared/dataverse/change/values/moment.ts'

test.each([
  ['2026-11-29T18:44:18Z', 'Europe/Berlin', '2026-11-29 19:44 (Europe/Berlin)'],
  ['2026-07-15T23:30:00Z', 'Europe/Berlin', '2026-07-16 01:30 (Europe/Berlin)'],
  ['2026-11-29T02:10:59Z', 'America/New_York', '2026-11-28 21:10 (America/New_York)'],
  ['2026-11-29T18:44:18Z', 'Etc/UTC', '2026-11-29 18:44 (UTC)'],
])('%s in %s is %s', (instant, zone, shown) => {
  expect(momentIn(Date.parse(instant), zone)).toBe(shown)
})
