import { ADVICE, ADVICE_BY_TEXT, QUERY_BUILDER, QUERY_THROTTLING, type Advice } from './error-advice.ts'
import type { DataverseError } from '../errors.ts'

const PRIVILEGE = /\b(prv[A-Za-z]\w*)/
/** Lists of changes, and the history of one record, are two rights: who lacks the one may have the other. */
const LIST_OF_AUDITS = 'prvReadAuditSummary'
const HISTORY_OF_ONE = 'the changes of one record are in timeline: {"of":"account/…","kinds":["change"]}.'
/** How the security layer reports a refusal: ids and numbers that nobody can read. */
const ACCESS_CHECK = /AccessCheckEx failed|-2147187962/

/** Why Dataverse said no, in one sentence: its own, or ours where its own says nothing to a person. */
export function causeOf(error: DataverseError): string {
  if (missingPrivilege(error)) return 'The signed-in person may not read this.'
  return adviceOf(error)?.cause ?? error.text
}

/** What a model can do about an error, in one sentence. */
export function nextStepFor(error: DataverseError): string {
  if (error.kind === 'timeout') return 'Narrow the query: fewer columns, a more selective filter, a smaller top.'
  if (error.kind === 'throttled' && !QUERY_THROTTLING.test(error.code)) {
    return `Wait ${error.retryAfterSeconds ?? 30} seconds, then call again.`
  }
  if (error.kind === 'unreachable') return 'Dynamics 365 cannot be reached at the moment. Try again in a minute.'
  const privilege = missingPrivilege(error)
  if (privilege) {
    const lacks = `The signed-in person lacks the privilege ${privilege}. An administrator can grant it;`
    return privilege === LIST_OF_AUDITS ? `${lacks} ${HISTORY_OF_ONE}` : `${lacks} no other query will help.`
  }
  return adviceOf(error)?.nextStep ?? byStatus(error.status)
}

function missingPrivilege(error: DataverseError): string | undefined {
  return error.status === 403 ? PRIVILEGE.exec(error.text)?.[1] : undefined
}

function adviceOf(error: DataverseError): Advice | undefined {
  if (error.status === 403 && ACCESS_CHECK.test(error.text)) return ADVICE['0x80048306']
  const byText = ADVICE_BY_TEXT.find(([pattern]) => pattern.test(error.text))?.[1]
  const code = error.code.toLowerCase()
  if (byText) return byText
  if (Object.hasOwn(ADVICE, code)) return ADVICE[code]
  return QUERY_BUILDER.code.test(code) ? QUERY_BUILDER.advice : undefined
}

function byStatus(status: number): string {
  if (status === 403) return 'The signed-in person may not read this. Do not try other ways to read it.'
  if (status >= 500) return 'Dynamics 365 has a problem of its own. Try again in a minute.'
  return 'Correct the query; get_entity_metadata shows the columns of an entity.'
}
