import { readFileSync } from 'node:fs'
import type { Quantities } from './quantities.ts'

type Price = { readonly dollars?: number; readonly amount?: number; readonly of: string; readonly source: string }
const file = JSON.parse(readFileSync(new URL('prices.json', import.meta.url), 'utf8')) as {
  readonly date: string
  readonly prices: Readonly<Record<string, Price>>
}
export const PRICES = file.prices
export const PRICES_OF = file.date

/** @throws RangeError for a name that prices.json has not */
const price = (name: string): number => {
  const { dollars, amount } = PRICES[name] ?? {}
  const value = dollars ?? amount
  if (value === undefined) throw new RangeError(`prices.json has no ${name}`)
  return value
}

/** What of the parameters changes the bill. */
export type Deployment = {
  readonly memoryMb: number
  readonly alwaysReady: number
  readonly zoneRedundant: boolean
  readonly zoneStorage: boolean
  readonly privateNetwork: boolean
  readonly availabilityTest: boolean
}
export const AS_DEPLOYED: Deployment = {
  memoryMb: 2048,
  alwaysReady: 0,
  zoneRedundant: false,
  zoneStorage: false,
  privateNetwork: false,
  availabilityTest: true,
}
export type Line = { readonly of: string; readonly dollars: number }

/** Seconds of a call of people, waiting for Dataverse included. */
export const SECONDS_OF_A_CALL = 1.5
/** Azure bills a second at least. */
const SECONDS_OF_A_PROBE = 1
const SECONDS_OF_A_MONTH = 730 * 3600
/** Measured: a call's events in the log, and once more in the audit. */
const KILOBYTES_OF_A_CALL = 4

/**
 * Instances that are billed whether used or not. In a zone redundant plan two of each group, whatever is set: all HTTP
 * functions are one group, each timer one of its own.
 */
export const warmInstances = ({ alwaysReady, zoneRedundant }: Deployment, { timers }: Quantities): number =>
  zoneRedundant ? Math.max(alwaysReady, 2) + 2 * timers : alwaysReady

const functions = (one: Deployment, calls: number, has: Quantities): number => {
  const gb = one.memoryMb / 1024
  const probes = one.availabilityTest ? has.probesAMonth : 0
  const gbSeconds = gb * (calls * SECONDS_OF_A_CALL + probes * SECONDS_OF_A_PROBE)
  const executions = calls + probes
  const anExecution = price('millionExecutions') / 1e6
  const warm = warmInstances(one, has)
  if (warm === 0)
    return (
      Math.max(0, gbSeconds - price('freeGbSeconds')) * price('onDemandGbSecond') +
      Math.max(0, executions - price('freeExecutions')) * anExecution
    )
  const kept = warm * gb * SECONDS_OF_A_MONTH * price('readyGbSecond')
  return kept + gbSeconds * price('readyExecutionGbSecond') + executions * anExecution
}

const alertPrice = (minutes: number): number =>
  price(minutes < 10 ? 'logAlert5' : minutes < 15 ? 'logAlert10' : 'logAlert15')

const alerts = ({ availabilityTest }: Deployment, { alertMinutes }: Quantities): number =>
  alertMinutes.reduce((sum, minutes) => sum + alertPrice(minutes), 0) + (availabilityTest ? price('metricAlert') : 0)

/** What a month costs in US dollars, part by part, for so many calls of people. */
export const monthOf = (one: Deployment, calls: number, has: Quantities): readonly Line[] => {
  const storage = Math.max(1, (calls / 1e6) * price('millionCallsOfStorage'))
  const logGb = (calls * KILOBYTES_OF_A_CALL) / 1e6
  const lines: Line[] = [
    { of: 'Functions', dollars: functions(one, calls, has) },
    { of: 'storage and vault', dollars: storage * (one.zoneStorage ? price('zoneStorageFactor') : 1) },
    { of: 'logs and audit', dollars: Math.max(0, logGb - price('freeLogGb')) * price('logGb') },
    { of: 'alerts', dollars: alerts(one, has) },
  ]
  if (one.availabilityTest) lines.push({ of: 'availability test', dollars: has.probesAMonth * price('probe') })
  if (one.privateNetwork)
    lines.push({
      of: 'private network',
      dollars: has.privateEndpoints * price('privateEndpoint') + has.privateDnsZones * price('privateDnsZone'),
    })
  return lines
}

export const totalOf = (lines: readonly Line[]): number => lines.reduce((sum, { dollars }) => sum + dollars, 0)
