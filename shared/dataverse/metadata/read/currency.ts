import * as z from 'zod'
import type { Currency } from '../model.ts'

export const CURRENCY_COLUMNS = 'isocurrencycode,currencysymbol,currencyname'

export const CurrencyRow = z
  .object({
    isocurrencycode: z.string().nullish(),
    currencysymbol: z.string().nullish(),
    currencyname: z.string().nullish(),
  })
  .nullish()
  .transform((row): Currency | undefined => {
    if (!row?.isocurrencycode) return undefined
    const { isocurrencycode: code, currencysymbol: symbol, currencyname: name } = row
    return { code, ...(symbol && { symbol }), ...(name && { name }) }
  })
