import { readdirSync, readFileSync } from 'node:fs'

const read = (name: string): string => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8')
const count = (text: string, pattern: RegExp): number => [...text.matchAll(pattern)].length

/** Minutes between two looks of each alert on logs, as infra/monitor/alerts.bicep has them. */
const minutesOfAlerts = (): number[] =>
  [...read('infra/monitor/alerts.bicep').matchAll(/^ {4}every: 'P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?'$/gm)].map(
    ([, days = 0, hours = 0, minutes = 0]) => Number(days) * 1440 + Number(hours) * 60 + Number(minutes),
  )

/** Runs of the availability test in a month of 730 hours, from all of its places. */
const probesAMonth = (): number => {
  const text = read('infra/monitor/availability.bicep')
  const seconds = Number(/^ {4}Frequency: (\d+)$/m.exec(text)?.[1])
  const places = count(/^var places = \[(.*)\]$/m.exec(text)?.[1] ?? '', /'[^']+'/g)
  return (730 * 3600 * places) / seconds
}

/** Functions that no HTTP request starts: each is a group of its own, on instances of its own. */
const timers = (): number =>
  readdirSync(new URL('../../functions', import.meta.url))
    .filter((name) => name.endsWith('.ts'))
    .filter((name) => read(`functions/${name}`).includes('app.timer(')).length

/** What a deployment has of what is paid for, read from the templates and functions themselves. */
export const quantities = () => ({
  alertMinutes: minutesOfAlerts(),
  probesAMonth: probesAMonth(),
  timers: timers(),
  // Blobs and tables of the host's account, tables of the tokens', the vault.
  privateEndpoints: 4,
  privateDnsZones: 3,
})

export type Quantities = ReturnType<typeof quantities>
