import * as z from 'zod'
import { isRefusal } from '../../web-api/coalesce.ts'
import { DataverseError } from '../../errors.ts'
import type { Column } from '../../metadata/model.ts'
import type { PlannedChange, Problem } from '../model.ts'
import type { ChangeContext } from '../operation.ts'
import type { WritableColumn } from '../writable/writable.ts'
import { pass, written } from './place.ts'

type Amount = {
  readonly change: PlannedChange
  readonly column: Pick<Column, 'type'>
  readonly written: string
  readonly rules: WritableColumn | undefined
}

/** A currency by its row, or as it was read with another. */
export type CurrencyDigits = { readonly id: string } | { readonly digits: number | undefined }

const Currency = z.object({ currencyprecision: z.int() })
const Organization = z.object({ pricingdecimalprecision: z.int() })
const MOST = 10

/**
 * Amounts with more digits than the currency of their row, or the organization, keeps: Dataverse rounds them without a
 * word. What cannot be read is left to the answer of the write, which says what came of it.
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/transaction-currency-currency-entity
 */
export async function digitsProblems(
  values: readonly Amount[],
  currency: CurrencyDigits | undefined,
  context: Pick<ChangeContext, 'dataverse' | 'metadata'>,
): Promise<readonly Problem[]> {
  const amounts = values.filter(({ column, change: { to } }) => column.type === 'Money' && typeof to === 'number')
  const isBy = (by: WritableColumn['precisionBy']): boolean => amounts.some(({ rules }) => rules?.precisionBy === by)
  const [ofCurrency, ofOrganization] = await Promise.all([
    isBy('currency') ? currencyDigits(currency, context) : undefined,
    isBy('organization') ? organizationDigits(context) : undefined,
  ])
  return amounts.flatMap(({ change: { to, label }, written: column, rules }) => {
    const digits = { currency: ofCurrency, organization: ofOrganization }[rules?.precisionBy ?? 'currency']
    if (rules?.precisionBy === undefined || digits === undefined || typeof to !== 'number') return []
    const rounded = Number(to.toFixed(Math.min(Math.max(digits, 0), MOST)))
    if (rounded === to) return []
    const text = `${label} keeps ${digits} digits behind the point, and ${written(to)} has more.`
    return [{ code: 'too_precise', column, text, nextStep: pass({ column }, rounded) }]
  })
}

async function currencyDigits(
  currency: CurrencyDigits | undefined,
  { dataverse }: Pick<ChangeContext, 'dataverse'>,
): Promise<number | undefined> {
  if (currency === undefined || 'digits' in currency) return currency?.digits
  const path = `transactioncurrencies(${currency.id})?$select=currencyprecision`
  return await unlessUnread(async () => (await dataverse.get(path, Currency)).currencyprecision)
}

async function organizationDigits({
  dataverse,
  metadata,
}: Pick<ChangeContext, 'dataverse' | 'metadata'>): Promise<number | undefined> {
  const { organization } = await metadata.person()
  const path = `organizations(${organization.id})?$select=pricingdecimalprecision`
  return await unlessUnread(async () => (await dataverse.get(path, Organization)).pricingdecimalprecision)
}

async function unlessUnread(read: () => Promise<number>): Promise<number | undefined> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof DataverseError && isRefusal(error)) return undefined
    throw error
  }
}
