import { expect, test } from '@jest/globals'
import { timeOf } from '../../../../infra/admin/audit/time-of.ts'

const NOW = Date.UTC(2026, 10, 28, 0, 10)
const TODAY = '2026-11-28'

test.each([
  ['00:05', `${TODAY} 00:05`],
  ['00:12', `${TODAY} 00:12`],
  ['23:50', '2026-11-27 23:50'],
  ['10:42', '2026-11-27 10:42'],
  [`${TODAY} 00:05`, `${TODAY} 00:05`],
  ['2026-11-27T10:42:30Z', '2026-11-27 10:42:30'],
])('ten past midnight %s is %s', (given, around) =>
  expect(timeOf(given, NOW)).toEqual({ around, at: Date.parse(`${around.replace(' ', 'T')}Z`) }),
)

test.each(['25:61', '24:01', `${TODAY} 10:42`, '2099-01-01 00:00', '2026-13-01 10:42'])('%s has never been', (given) =>
  expect(timeOf(given, NOW)).toBe('never'),
)

test.each(['yesterday', '10.42', '1042', 'c0ffee00-1111', ''])('“%s” is no time', (given) =>
  expect(timeOf(given, NOW)).toBeUndefined(),
)
