import * as z from 'zod'
import type { Read } from '../../web-api/web-api.ts'
import { unlessRefused, type Reads } from '../../web-api/coalesce.ts'
import { CURRENCY_COLUMNS, CurrencyRow } from './currency.ts'
import type { Currency, Person } from '../model.ts'
import type { OrganizationFacts, TimeZones } from './organization.ts'

/** Who asks, by ids, as the grant knows them. */
export type Who = {
  readonly systemUserId: string
  readonly businessUnitId: string
  readonly organizationId: string
  readonly username?: string
}

/** What Dataverse tells of a person; what it refused is absent. */
export type PersonFacts = {
  readonly name?: string
  readonly signInName?: string
  readonly businessUnit?: string
  /** LCID; absent when it is the organization's, `undefined` in `settings` when it could not be read. */
  readonly settings?: { readonly language?: number; readonly timeZone?: number; readonly currency?: Currency }
}

const ENGLISH = 1033
/** Dataverse's code of Coordinated Universal Time. */
const UTC = 92

const UserRow = z.object({
  fullname: z.string().nullish(),
  domainname: z.string().nullish(),
  businessunitid: z.object({ name: z.string().nullish() }).nullish(),
})
const SettingsRow = z.object({
  uilanguageid: z.int().nullish(),
  timezonecode: z.int().nullish(),
  transactioncurrencyid: CurrencyRow,
})

export async function loadPerson(reads: Reads, { systemUserId: id }: Who): Promise<PersonFacts> {
  const [user, settings] = await Promise.all([reads.read(userRead(id)), reads.read(settingsRead(id))])
  return { ...unlessRefused(user), ...unlessRefused(settings) }
}

function userRead(id: string): Read<PersonFacts> {
  return {
    path: `systemusers(${id})?$select=fullname,domainname&$expand=businessunitid($select=name)`,
    schema: UserRow.transform(({ fullname: name, domainname: signInName, businessunitid: unit }) => ({
      ...(name && { name }),
      ...(signInName && { signInName }),
      ...(unit?.name && { businessUnit: unit.name }),
    })),
  }
}

function settingsRead(id: string): Read<PersonFacts> {
  const expand = `transactioncurrencyid($select=${CURRENCY_COLUMNS})`
  return {
    path: `usersettingscollection(${id})?$select=uilanguageid,timezonecode&$expand=${expand}`,
    schema: SettingsRow.transform(({ uilanguageid, timezonecode, transactioncurrencyid: currency }) => ({
      settings: {
        ...(uilanguageid && { language: uilanguageid }),
        ...(timezonecode != null && { timeZone: timezonecode }),
        ...(currency && { currency }),
      },
    })),
  }
}

/**
 * Names the language that labels come in for this person. Where the language is unknown, the labels are kept for that
 * person alone.
 */
export function languageKey(who: Who, facts: PersonFacts, organization: OrganizationFacts): string {
  const language = facts.settings && (facts.settings.language ?? organization.language)
  return language === undefined ? `of ${who.systemUserId}` : String(language)
}

export function toPerson(who: Who, facts: PersonFacts, organization: OrganizationFacts, zones: TimeZones): Person {
  const { settings = {}, businessUnit } = facts
  const code = settings.timeZone ?? UTC
  const zone = zones.get(code)
  const signInName = facts.signInName ?? who.username
  const currency = settings.currency ?? organization.baseCurrency
  const { name: organizationName, baseCurrency, fiscal } = organization
  return {
    systemUserId: who.systemUserId,
    name: facts.name ?? who.username ?? who.systemUserId,
    ...(signInName && { signInName }),
    businessUnit: { id: who.businessUnitId, ...(businessUnit && { name: businessUnit }) },
    language: settings.language ?? organization.language ?? ENGLISH,
    timeZone: { code, ...(zone && { name: zone }) },
    ...(currency && { currency }),
    organization: {
      id: who.organizationId,
      ...(organizationName && { name: organizationName }),
      ...(baseCurrency && { baseCurrency }),
      ...(fiscal && { fiscal }),
    },
  }
}
