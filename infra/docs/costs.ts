import { AS_DEPLOYED, type Deployment, monthOf, PRICES, totalOf } from '../costs/month.ts'
import { quantities } from '../costs/quantities.ts'

type Table = { readonly titles: readonly string[]; readonly rows: readonly (readonly string[])[] }

const CALLS = [20_000, 100_000, 500_000]
const titles = (first: string): string[] => [first, ...CALLS.map((calls) => `${calls.toLocaleString('en-US')} calls`)]
const whole = (dollars: number): string => String(Math.round(dollars))

const CONFIGURATIONS: readonly (readonly [string, Partial<Deployment>])[] = [
  ['as deployed: 2,048 MB, scaling to zero', {}],
  ['`INSTANCE_MEMORY_MB=512`', { memoryMb: 512 }],
  ['`ALWAYS_READY_INSTANCES=1`', { alwaysReady: 1 }],
  ['`ALWAYS_READY_INSTANCES=1`, `INSTANCE_MEMORY_MB=512`', { alwaysReady: 1, memoryMb: 512 }],
  ['`AVAILABILITY_TEST=false`', { availabilityTest: false }],
  ['`STORAGE_SKU=Standard_ZRS`', { zoneStorage: true }],
  ['`ZONE_REDUNDANT=true`, with what it needs', { zoneRedundant: true, zoneStorage: true, alwaysReady: 2 }],
  ['`PRIVATE_NETWORK=true`', { privateNetwork: true }],
  [
    '`PRIVATE_NETWORK=true` and `ZONE_REDUNDANT=true`',
    { privateNetwork: true, zoneRedundant: true, zoneStorage: true, alwaysReady: 2 },
  ],
]

/** US dollars a month of a whole deployment, one row for each choice of parameters. */
export function costsTable(): Table {
  const has = quantities()
  const rows = CONFIGURATIONS.map(([name, changes]) => [
    name,
    ...CALLS.map((calls) => whole(totalOf(monthOf({ ...AS_DEPLOYED, ...changes }, calls, has)))),
  ])
  return { titles: titles('US dollars a month'), rows }
}

/** What the first row is made of, and what a private network adds. */
export function partsTable(): Table {
  const has = quantities()
  const months = CALLS.map((calls) => monthOf({ ...AS_DEPLOYED, privateNetwork: true }, calls, has))
  const rows = (months[0] ?? []).map(({ of }, at) => [of, ...months.map((lines) => whole(lines[at]?.dollars ?? 0))])
  return { titles: titles('US dollars a month'), rows }
}

/** Every price that is reckoned with, and where it is from. */
export const pricesTable = (): Table => ({
  titles: ['What', 'US dollars', 'Known from'],
  rows: Object.values(PRICES).map(({ of, dollars, amount, source }) => [
    of,
    dollars === undefined ? (amount ?? 0).toLocaleString('en-US') : String(dollars),
    source,
  ]),
})
