import { readBoolean } from '../hooks/parameters/kinds.ts'
import { checkParameters } from '../hooks/parameters/check-parameters.ts'
import { type Context, Stop } from '../hooks/run/context.ts'
import { optional } from '../hooks/run/environment.ts'
import { withAzdValues } from '../hooks/tools/azd.ts'
import { AS_DEPLOYED, type Deployment, monthOf, PRICES_OF, SECONDS_OF_A_CALL, totalOf, warmInstances } from './month.ts'
import { quantities } from './quantities.ts'

/** How it is called. */
export const USAGE = [
  'npm run costs             what a month of the selected azd environment costs, as far as prices.json knows',
  'npm run costs -- <calls>  the same for so many calls of people a month',
]

/** As the parameters files hand them to the templates, with the same defaults. */
export const deploymentOf = (context: Pick<Context, 'env'>): Deployment => {
  const on = (name: string, fallback: boolean): boolean => readBoolean(optional(context, name)) ?? fallback
  return {
    memoryMb: Number(optional(context, 'INSTANCE_MEMORY_MB') ?? AS_DEPLOYED.memoryMb),
    alwaysReady: Number(optional(context, 'ALWAYS_READY_INSTANCES') ?? AS_DEPLOYED.alwaysReady),
    zoneRedundant: on('ZONE_REDUNDANT', AS_DEPLOYED.zoneRedundant),
    zoneStorage: optional(context, 'STORAGE_SKU') === 'Standard_ZRS',
    privateNetwork: on('PRIVATE_NETWORK', AS_DEPLOYED.privateNetwork),
    availabilityTest: on('AVAILABILITY_TEST', AS_DEPLOYED.availabilityTest),
  }
}

const callsIn = (args: readonly string[]): readonly number[] => {
  const [text, ...more] = args
  if (text === undefined) return [20_000, 100_000, 500_000]
  if (more.length > 0 || !/^[1-9]\d{0,9}$/.test(text)) throw new Stop('Say how many calls a month:', USAGE)
  return [Number(text)]
}

const right = (text: string): string => text.padStart(14)
const dollars = (amount: number): string => right(amount.toFixed(2))

/** `npm run costs`: the bill that the parameters of the selected azd environment come to. */
export const costs = async (context: Context): Promise<void> => {
  const calls = callsIn(context.args)
  const environment = await withAzdValues(context)
  checkParameters(environment, 'platform')
  const deployment = deploymentOf(environment)
  const has = quantities()
  const months = calls.map((one) => monthOf(deployment, one, has))
  const row = (name: string, cells: readonly string[]): void => context.say(`${name.padEnd(20)}${cells.join('')}`)
  row(
    'calls a month',
    calls.map((one) => right(one.toLocaleString('en-US'))),
  )
  months[0]?.forEach(({ of }, at) =>
    row(
      of,
      months.map((lines) => dollars(lines[at]?.dollars ?? 0)),
    ),
  )
  row(
    'US dollars',
    months.map((lines) => dollars(totalOf(lines))),
  )
  context.say(
    `List prices of ${PRICES_OF}, some of them from memory (infra/costs.md), ${SECONDS_OF_A_CALL} s a call, no tax; ` +
      `instances kept warm: ${warmInstances(deployment, has)}.`,
  )
}
