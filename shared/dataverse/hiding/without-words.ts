import { unknownNameIn } from '../advice/unknown-name.ts'
import { ADVICE_BY_TEXT } from '../advice/error-advice.ts'
import { DataverseError } from '../errors.ts'

const NAME = /^\w{1,128}$/
const PRIVILEGE = /\bprv[A-Za-z]\w{0,127}/
const ACCESS_CHECK = /AccessCheckEx failed|-2147187962/
/** Of a sentence of the Web API, what is always the same. */
const CONSTANT = /^[\w .$'-]{1,120}$/
const WITHHELD =
  'Dynamics 365 refused it. Its own words are not shown, as they may hold what an administrator keeps from models.'

/**
 * An error without Dataverse's words: those of an extension may quote any value of the row. What advice is found by is
 * left: a name that was not known, a privilege, a constant part of a sentence.
 */
export function withoutWords(error: DataverseError): DataverseError {
  if (error.kind !== 'refused' && error.kind !== 'throttled') return error
  const { kind, status, code, retryAfterSeconds } = error
  const text = leftOf(error)
  return new DataverseError({ kind, status, code, text, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) })
}

function leftOf(error: DataverseError): string {
  const { text, status } = error
  if (status === 403 && ACCESS_CHECK.test(text)) return 'AccessCheckEx failed.'
  const privilege = status === 403 ? PRIVILEGE.exec(text)?.[0] : undefined
  if (privilege !== undefined) return `The privilege ${privilege} is missing.`
  const { name = '', entity } = unknownNameIn(error) ?? {}
  if (NAME.test(name))
    return entity !== undefined && NAME.test(entity)
      ? `Could not find a property named '${name}' on type 'Microsoft.Dynamics.CRM.${entity}'.`
      : `Resource not found for the segment '${name}'.`
  const constant = ADVICE_BY_TEXT.map(([pattern]) => pattern.exec(text)?.[0]).find((found) => found !== undefined)
  return constant !== undefined && CONSTANT.test(constant) ? `${WITHHELD} (${constant})` : WITHHELD
}
