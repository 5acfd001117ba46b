import { expect, test } from '@jest/globals'
import { growthVerdict } from './report.ts'

test.each([
  ['hot query, processor', 1.5, 'at most 1.5'],
  ['hot query, processor', 1.51, 'OVER 1.5'],
  ['hot query, time', 9, ''],
  ['a wrong entity name, processor', 2.1, 'OVER 2'],
  ['refresh, requests to storage more', 1, 'OVER 0.25'],
  ['requests and rows read, beside many to few', 1, 'at most 1'],
  ['requests and rows read, beside many to few', 1.01, 'OVER 1'],
  ['rows deleted a second beside calls, of 100,000', 1_666, 'UNDER 1667'],
  ['rows deleted a second', 1_667, 'at least 1667'],
  ['rows deleted a second', 1_666, 'UNDER 1667'],
])('%s at %d', (name, value, words) => expect(growthVerdict(name, value)).toBe(words))
