import * as z from 'zod'
import type { Read } from '../../web-api/web-api.ts'
import { unlessRefused, type Reads } from '../../web-api/coalesce.ts'
import { CURRENCY_COLUMNS, CurrencyRow } from './currency.ts'
import type { Currency } from '../model.ts'

/** What is the same for everybody in an organization, whatever their language. */
export type OrganizationFacts = {
  readonly name?: string
  /** LCID */
  readonly language?: number
  readonly baseCurrency?: Currency
}

/** Windows' names of time zones, by Dataverse's code. */
export type TimeZones = ReadonlyMap<number, string>

const OrganizationRow = z
  .object({ name: z.string().nullish(), languagecode: z.int().nullish(), basecurrencyid: CurrencyRow })
  .transform(({ name, languagecode, basecurrencyid }): OrganizationFacts => {
    return {
      ...(name && { name }),
      ...(languagecode && { language: languagecode }),
      ...(basecurrencyid && { baseCurrency: basecurrencyid }),
    }
  })

export async function loadOrganization(reads: Reads, id: string): Promise<OrganizationFacts> {
  const options = `$select=name,languagecode&$expand=basecurrencyid($select=${CURRENCY_COLUMNS})`
  return unlessRefused(await reads.read({ path: `organizations(${id})?${options}`, schema: OrganizationRow })) ?? {}
}

const TIME_ZONES: Read<TimeZones> = {
  path: 'timezonedefinitions?$select=timezonecode,standardname',
  schema: z
    .object({ value: z.array(z.object({ timezonecode: z.int(), standardname: z.string() })) })
    .transform(({ value }) => new Map(value.map((zone) => [zone.timezonecode, zone.standardname]))),
}

export async function loadTimeZones(reads: Reads): Promise<TimeZones> {
  return unlessRefused(await reads.read(TIME_ZONES)) ?? new Map()
}
