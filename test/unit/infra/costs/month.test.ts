import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { deploymentOf } from '../../../../infra/costs/costs.ts'
import { AS_DEPLOYED, type Deployment, monthOf, PRICES, totalOf, warmInstances } from '../../../../infra/costs/month.ts'
import { quantities } from '../../../../infra/costs/quantities.ts'
import { parameterVariables } from '../../../../infra/hooks/parameters/variables.ts'
import { costsTable } from '../../../../infra/docs/costs.ts'

const HAS = quantities()
const of = (name: string, changes: Partial<Deployment>, calls: number): number =>
  monthOf({ ...AS_DEPLOYED, ...changes }, calls, HAS).find((line) => line.of === name)?.dollars ?? Number.NaN

describe('the bill', () => {
  test.each<[Partial<Deployment>, number, number]>([
    [{}, 20_000, 0],
    [{}, 100_000, 5.2],
    [{}, 500_000, 36.5],
    [{ memoryMb: 512 }, 500_000, 7.25],
    [{ alwaysReady: 1 }, 100_000, 25.9],
    [{ alwaysReady: 1, memoryMb: 512 }, 100_000, 6.5],
  ])('%j, %d calls: Functions cost %d, reckoned by hand', (changes, calls, dollars) => {
    expect(of('Functions', { ...changes, availabilityTest: false }, calls)).toBeCloseTo(dollars, 0)
  })

  test('zone redundant, two instances of each group are billed, whatever is set', () => {
    for (const alwaysReady of [0, 1, 2])
      expect(warmInstances({ ...AS_DEPLOYED, zoneRedundant: true, alwaysReady }, HAS)).toBe(2 + 2 * HAS.timers)
    expect(warmInstances({ ...AS_DEPLOYED, zoneRedundant: true, alwaysReady: 5 }, HAS)).toBe(5 + 2 * HAS.timers)
    expect(warmInstances(AS_DEPLOYED, HAS)).toBe(0)
  })

  test.each<[string, Partial<Deployment>]>([
    ['memory', { memoryMb: 4096 }],
    ['warm instances', { alwaysReady: 1 }],
    ['zones', { zoneRedundant: true }],
    ['storage in several data centres', { zoneStorage: true }],
    ['a private network', { privateNetwork: true }],
  ])('%s cost more, up to half a million calls', (_what, changes) => {
    for (const calls of [1, 20_000, 100_000, 500_000]) {
      const more = totalOf(monthOf({ ...AS_DEPLOYED, ...changes }, calls, HAS))
      const less = totalOf(monthOf(AS_DEPLOYED, calls, HAS))
      expect(more).toBeGreaterThanOrEqual(less)
      if (calls > 200_000) expect(more).toBeGreaterThan(less)
    }
  })

  test('quantities are those of the templates', () => {
    const bicep = readFileSync('infra/monitor/alerts.bicep', 'utf8')
    expect(HAS.alertMinutes).toHaveLength([...bicep.matchAll(/loadTextContent\(/g)].length)
    expect(HAS.alertMinutes.every((minutes) => minutes >= 5 && minutes <= 1440)).toBe(true)
    expect(HAS.probesAMonth).toBe(730 * 4 * 5)
    expect(HAS.timers).toBeGreaterThan(0)
  })

  test('each price is positive or free, and says where it is from', () => {
    for (const [name, { dollars, amount, source }] of Object.entries(PRICES)) {
      expect([name, dollars ?? amount]).toEqual([name, expect.any(Number)])
      expect([name, source]).toEqual([name, expect.stringMatching(/\w{4}/)])
      expect((dollars === undefined) !== (amount === undefined)).toBe(true)
    }
  })
})

describe('of an azd environment', () => {
  test('nothing set is what the table calls "as deployed"', () => {
    expect(deploymentOf({ env: {} })).toEqual(AS_DEPLOYED)
    const [first] = costsTable().rows
    expect(first?.slice(1)).toEqual(
      [20_000, 100_000, 500_000].map((calls) => String(Math.round(totalOf(monthOf(AS_DEPLOYED, calls, HAS))))),
    )
  })

  test('its defaults are those of the parameters file', () => {
    const fallback = (name: string) => parameterVariables().find((one) => one.name === name)?.fallback ?? ''
    const names = ['INSTANCE_MEMORY_MB', 'ALWAYS_READY_INSTANCES', 'ZONE_REDUNDANT', 'STORAGE_SKU', 'AVAILABILITY_TEST']
    const env = Object.fromEntries(names.map((name) => [name, fallback(name)]))
    expect(Object.values(env)).not.toContain('')
    expect(deploymentOf({ env })).toEqual(AS_DEPLOYED)
  })
})
