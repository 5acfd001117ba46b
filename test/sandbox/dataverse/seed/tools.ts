import { createHash } from 'node:crypto'

import type { Person } from '../../people.ts'
import { isSchemaChanged } from '../schema/schema.ts'
import type { Reference, Value, Values } from '../store/store.ts'

export type SeedRow = { readonly entity: string; readonly values: Values }

type Rows = (people: readonly Person[], now: Date) => readonly SeedRow[]

type Kept = { readonly people: readonly Person[]; readonly time: number; readonly rows: readonly SeedRow[] }
const KEPT = 4

/** A seed whose last rows are kept: many a test asks several times for those of some moments, and nobody changes a row. */
export function keepingLast(make: Rows): Rows {
  const kept: Kept[] = []
  return (people, now) => {
    const time = now.getTime()
    const known = kept.find((one) => one.people === people && one.time === time)
    if (known) return known.rows
    const rows = make(people, now)
    // They name columns by their places in the schema.
    if (isSchemaChanged()) return rows
    kept.unshift({ people, time, rows })
    kept.splice(KEPT)
    return rows
  }
}

const ids = new Map<string, string>()

/** The same id for the same name at every start. */
export function idOf(kind: string, name: string | number): string {
  const whole = `harbour-and-pine/${kind}/${name}`
  const id = ids.get(whole) ?? idFrom(whole)
  ids.set(whole, id)
  return id
}

function idFrom(whole: string): string {
  const hex = createHash('sha256').update(whole).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

export function reference(entity: string, id: string): Reference {
  return { entity, id }
}

/** A repeatable source of numbers from 0 up to, not including, `below` (mulberry32). */
export type Random = (below: number) => number

export function createRandom(seed: number): Random {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below)
  }
}

/** The item at an index that counts round and round. */
export function cycle<Item>(items: readonly Item[], index: number): Item {
  const item = items[index % items.length]
  if (item === undefined) throw new RangeError('nothing to choose from')
  return item
}

const DAY = 86_400_000

/** `now` plus some days at an hour of that day, as ISO 8601 UTC to the second. */
export function instant(now: Date, days: number, hour = 10): string {
  const day = new Date(now.getTime() + days * DAY)
  day.setUTCHours(hour, (Math.abs(days) * 7) % 60, 0, 0)
  const past = days <= 0 && day > now ? now : day
  return `${past.toISOString().slice(0, -'.000Z'.length)}Z`
}

export function day(now: Date, days: number): string {
  return new Date(now.getTime() + days * DAY).toISOString().slice(0, 10)
}

/** A date in the month that lies `months` from now. */
export function dayInMonth(now: Date, months: number, date: number): string {
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months, date)).toISOString().slice(0, 10)
}

export type Owner = {
  readonly entity: 'systemuser' | 'team'
  readonly id: string
  readonly unit: string
  readonly country: 'UK' | 'Germany'
}

/** The columns that say whose a row is. */
export function ownedBy({ entity, id, unit }: Owner): Record<string, Value> {
  const owner = reference(entity, id)
  return {
    ownerid: owner,
    owninguser: entity === 'systemuser' ? owner : null,
    owningteam: entity === 'team' ? owner : null,
    owningbusinessunit: reference('businessunit', unit),
  }
}

/** Who wrote a row and when; times are days from now. */
export function written(now: Date, by: string, created: number, modified: number): Record<string, Value> {
  const user = reference('systemuser', by)
  return { createdby: user, createdon: instant(now, created), modifiedby: user, modifiedon: instant(now, modified) }
}

const EURO_RATE = 1.17

/** The currency of a row, its rate, and money in both: `estimatedvalue` and `estimatedvalue_base`. */
export function moneyIn(code: 'GBP' | 'EUR', amounts: Readonly<Record<string, number | null>>): Record<string, Value> {
  const rate = code === 'EUR' ? EURO_RATE : 1
  const both = Object.entries(amounts).flatMap(([column, amount]): [string, Value][] => [
    [column, amount],
    [`${column}_base`, amount === null ? null : Math.round((amount / rate) * 100) / 100],
  ])
  return {
    transactioncurrencyid: reference('transactioncurrency', idOf('currency', code)),
    exchangerate: rate,
    ...Object.fromEntries(both),
  }
}

/** Money in the currency of the owner's country. */
export function money({ country }: Owner, amounts: Readonly<Record<string, number | null>>): Record<string, Value> {
  return moneyIn(country === 'Germany' ? 'EUR' : 'GBP', amounts)
}

/** Who is named as the author of a row: its owner, or a member of the team that owns it. */
export function authorOf(owner: Owner): string {
  return owner.entity === 'systemuser' ? owner.id : idOf('systemuser', 'Oliver Hughes')
}
