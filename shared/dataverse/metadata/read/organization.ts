import * as z from 'zod'
import type { Read } from '../../web-api/web-api.ts'
import { unlessRefused, type Reads } from '../../web-api/coalesce.ts'
import { CURRENCY_COLUMNS, CurrencyRow } from './currency.ts'
import type { Currency, FiscalCalendar } from '../model.ts'

/** What is the same for everybody in an organization, whatever their language. */
export type OrganizationFacts = {
  readonly name?: string
  /** LCID */
  readonly language?: number
  readonly baseCurrency?: Currency
  readonly fiscal?: FiscalCalendar
}

/** Windows' names of time zones, by Dataverse's code. */
export type TimeZones = ReadonlyMap<number, string>

const OrganizationRow = z
  .object({
    name: z.string().nullish(),
    languagecode: z.int().nullish(),
    basecurrencyid: CurrencyRow,
    fiscalcalendarstart: z.string().nullish(),
    fiscalperiodtype: z.int().nullish(),
  })
  .transform((row): OrganizationFacts => {
    const fiscal = fiscalCalendar(row.fiscalcalendarstart ?? '', row.fiscalperiodtype ?? 0)
    return {
      ...(row.name && { name: row.name }),
      ...(row.languagecode && { language: row.languagecode }),
      ...(row.basecurrencyid && { baseCurrency: row.basecurrencyid }),
      ...(fiscal && { fiscal }),
    }
  })

/** Months of a fiscal period; Dataverse's other type has four weeks. */
const PERIOD_MONTHS: ReadonlyMap<number, number> = new Map([
  [2000, 12],
  [2001, 6],
  [2002, 3],
  [2003, 1],
])
const HALF_A_DAY = 43_200_000

/** The start is a midnight somewhere on earth, told in UTC: its day is the one nearest. */
function fiscalCalendar(start: string, type: number): FiscalCalendar | undefined {
  const periodMonths = PERIOD_MONTHS.get(type)
  const midnight = Date.parse(start)
  if (periodMonths === undefined || Number.isNaN(midnight)) return undefined
  const day = new Date(midnight + HALF_A_DAY)
  return { startMonth: day.getUTCMonth() + 1, startDay: day.getUTCDate(), periodMonths }
}

export async function loadOrganization(reads: Reads, id: string): Promise<OrganizationFacts> {
  const columns = 'name,languagecode,fiscalcalendarstart,fiscalperiodtype'
  const options = `$select=${columns}&$expand=basecurrencyid($select=${CURRENCY_COLUMNS})`
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
