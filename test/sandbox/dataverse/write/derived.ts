import type { Entity } from '../schema/schema.ts'
import type { Reader } from '../security/security.ts'
import type { Reference, Store, Value } from '../store/store.ts'
import { isReference, textOf, valueOf } from '../store/store.ts'

type Values = Readonly<Record<string, Value>>

function amountsOf({ columns }: Entity): readonly string[] {
  const money = [...columns.values()].filter(({ type, name }) => type === 'Money' && !name.endsWith('_base'))
  return money.map(({ name }) => name).filter((name) => columns.has(`${name}_base`))
}

/** The person's own currency, else the company's; that a row without one takes it is assumed. */
function defaultCurrency({ store, caller }: Reader): Reference | undefined {
  const settings = store.get('usersettings', caller.user.id)
  const own = settings && valueOf(settings, 'transactioncurrencyid')
  if (isReference(own)) return own
  const [organization] = store.rows('organization')
  const base = organization && valueOf(organization, 'basecurrencyid')
  return isReference(base) ? base : undefined
}

function rateOf(store: Store, currency: Reference): number {
  const row = store.get('transactioncurrency', currency.id)
  return Number(row ? valueOf(row, 'exchangerate') : 1)
}

const inBase = (amount: Value, rate: number): Value =>
  amount === null ? null : Math.round((Number(amount) / rate) * 100) / 100

/**
 * The currency, its rate and the base amounts of a row, where an amount or the currency is written.
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/transaction-currency-currency-entity
 */
export function amountsIn(entity: Entity, whole: Values, written: Values, reader: Reader): Values {
  const amounts = amountsOf(entity)
  if (!entity.columns.has('transactioncurrencyid')) return {}
  if (!('transactioncurrencyid' in written) && !amounts.some((name) => name in written)) return {}
  const held = whole['transactioncurrencyid'] ?? null
  const currency = isReference(held) ? held : defaultCurrency(reader)
  if (!currency) return {}
  const rate = rateOf(reader.store, currency)
  const bases = amounts
    .filter((name) => name in whole)
    .map((name) => [`${name}_base`, inBase(whole[name] ?? null, rate)])
  const exchange = entity.columns.has('exchangerate') ? { exchangerate: rate } : {}
  return Object.assign({ transactioncurrencyid: currency }, exchange, Object.fromEntries(bases) as Values)
}

const joined = (parts: readonly Value[], by: string): string => parts.map(textOf).filter(Boolean).join(by)

/** The name of a person, and each address as a whole, follow from their parts. */
export function wholesOf(entity: Entity, whole: Values, written: Values): Values {
  const of = (name: string): Value => whole[name] ?? null
  const derived: Record<string, Value> = {}
  if (entity.columns.get('fullname')?.create === false && ('firstname' in written || 'lastname' in written)) {
    derived['fullname'] = joined([of('firstname'), of('lastname')], ' ')
  }
  for (const address of ['address1', 'address2', 'address3']) {
    if (!entity.columns.has(`${address}_composite`)) continue
    if (!Object.keys(written).some((name) => name.startsWith(`${address}_`))) continue
    const place = joined([of(`${address}_stateorprovince`), of(`${address}_postalcode`)], ' ')
    const lines = [of(`${address}_line1`), of(`${address}_line2`), of(`${address}_line3`)]
    const town = joined([of(`${address}_city`), place], ', ')
    derived[`${address}_composite`] = joined([...lines, town, of(`${address}_country`)], '\r\n') || null
  }
  return derived
}

/** The next number of a column that numbers itself; the platform does not say that it leaves no gaps. */
export function numbersOf(entity: Entity, written: Values, store: Store): Values {
  const numbered: Record<string, Value> = {}
  for (const { name, autoNumber } of entity.columns.values()) {
    if (autoNumber === undefined || (written[name] ?? null) !== null) continue
    const used = store.rows(entity.logicalName).map((row) => Number(/\d+/.exec(textOf(row.values[name]))?.[0] ?? 0))
    const next = used.reduce((most, one) => Math.max(most, one), 0) + 1
    numbered[name] = autoNumber.replace(/\{SEQNUM:(\d+)\}/, (_, digits) => String(next).padStart(Number(digits), '0'))
  }
  return numbered
}

/** Whose a row is, from its owner. */
export function ownershipOf({ ownershipType }: Entity, owner: Reference, store: Store): Values {
  if (ownershipType !== 'UserOwned') return {}
  const row = store.get(owner.entity, owner.id)
  return {
    ownerid: owner,
    owninguser: owner.entity === 'systemuser' ? owner : null,
    owningteam: owner.entity === 'team' ? owner : null,
    owningbusinessunit: row ? valueOf(row, 'businessunitid') : null,
  }
}
