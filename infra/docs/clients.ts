import { existsSync, readFileSync } from 'node:fs'
import { z } from 'zod'
import { type ClientName, KNOWN_CLIENTS } from '../../shared/config/clients/known-clients.ts'
import { RECORDED, recordedSchema, type Seen } from '../../test/e2e/clients/recorded.ts'
import type { ClientProfile, Reading } from '../../test/e2e/clients/profiles/profile.ts'
import { PROFILES } from '../../test/e2e/clients/profiles/profiles.ts'

type Table = { readonly titles: readonly string[]; readonly rows: readonly (readonly string[])[] }

const READS: Readonly<Record<Reading, string>> = {
  text: 'the text',
  structured: 'the structured content',
  both: 'both',
  unknown: 'not known, so each alone',
}
const WAYS: Readonly<Record<Seen['way'], string>> = {
  registration: 'registration',
  document: 'its metadata document',
}

/** What the tests of named clients last saw: one row for each way in which a client says who it is. */
export function clientsTable(): Table {
  const seen = recordedSchema.parse(JSON.parse(readFileSync(RECORDED, 'utf8')))
  const cell = (of: Seen, settings: Seen['settings'], mode: Seen['mode']): string =>
    seen.find((one) => one.client === of.client && one.way === of.way && one.settings === settings && one.mode === mode)
      ?.result ?? 'not run'
  const rows = seen
    .filter(({ settings, mode }) => settings === 'named' && mode === 'buffered')
    .map((one) => [
      KNOWN_CLIENTS[one.client as ClientName].title,
      WAYS[one.way],
      cell(one, 'named', 'buffered'),
      cell(one, 'named', 'stream'),
      cell(one, 'chatgpt', 'buffered'),
      cell(one, 'chatgpt', 'stream'),
      READS[profileOf(one.client).reads],
    ])
  const titles = [
    ...['Client', 'Says who it is by', 'Named in `CLIENTS`', 'the same, `HTTP_STREAMS`', '`CLIENTS` left alone'],
    ...['the same, `HTTP_STREAMS`', 'Its model is given'],
  ]
  return { titles, rows }
}

function profileOf(client: string): ClientProfile {
  const found = PROFILES.find(({ name }) => name === client)
  if (!found) throw new RangeError(`no profile of ${client}`)
  return found
}

/** What nobody has published of each client, so that the tests assume it. */
export const clientsUnknown = (): string =>
  PROFILES.filter(({ unknown }) => unknown.length > 0)
    .map(({ name, unknown }) => `- ${KNOWN_CLIENTS[name].title}: ${unknown.join('; ')}.`)
    .join('\n')

const PACKAGES = new URL('../../test/clients/recorded.json', import.meta.url).pathname
const packagesSchema = z.array(
  z.looseObject({
    package: z.string(),
    version: z.string(),
    mode: z.enum(['buffered', 'stream']),
    result: z.string(),
  }),
)

/** What the packages themselves did, when they were last run; no rows where they never were. */
export function packagesTable(): Table {
  const found = existsSync(PACKAGES) ? packagesSchema.parse(JSON.parse(readFileSync(PACKAGES, 'utf8'))) : []
  const names = [...new Set(found.map((one) => `${one.package} ${one.version}`))]
  const result = (name: string, mode: 'buffered' | 'stream') =>
    found.find((one) => `${one.package} ${one.version}` === name && one.mode === mode)?.result ?? 'not run'
  return {
    titles: ['Package', 'Buffered', '`HTTP_STREAMS`'],
    rows: names.map((name) => [name, result(name, 'buffered'), result(name, 'stream')]),
  }
}
