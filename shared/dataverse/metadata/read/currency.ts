import * as z from 'zod'
import type { Currency } from '../model.ts'

export const CURRENCY_COLUMNS = 'transactioncurrencyid,isocurrencycode,currencysymbol,currencyname'

export const CurrencyRow = z
  .object({
    transactioncurrencyid: z.string().nullish(),
    isocurrencycode: z.string().nullish(),
    currencysymbol: z.string().nullish(),
    currencyname: z.string().nullish(),
  })
  .nullish()
  .transform((row): Currency | undefined => {
    if (!row?.isocurrencycode) return undefined
    const { transactioncurrencyid: id, isocurrencycode: code, currencysymbol: symbol, currencyname: name } = row
    return { code, ...(id && { id }), ...(symbol && { symbol }), ...(name && { name }) }
  })
