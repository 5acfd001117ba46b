import type { DataverseError } from './errors.ts'

const PRIVILEGE = /\b(prv[A-Za-z]\w*)/
const UNKNOWN_PROPERTY = [
  /Could not find a property named '([^']+)' on type 'Microsoft\.Dynamics\.CRM\.([^']+)'/,
  /'(?<entity>[^']+)' entity doesn't contain attribute with Name = '(?<column>[^']+)'/,
] as const

const BY_CODE: Readonly<Record<string, string>> = {
  '0x80040217': 'The row does not exist (any more). Query for it with query_crm.',
  '0x80048306': 'The row exists, but the signed-in person may not read it. Do not try other ways to read it.',
  '0x80042f09': 'The signed-in person has no security role in Dynamics 365. An administrator must assign one.',
  '0x8004e023': 'More than 50,000 rows would be totalled. Narrow the filter, by owner or by date.',
  '0x80044151': 'The query took too long. Narrow the filter or select fewer columns.',
}

/** What a model can do about an error, in one sentence. */
export function nextStepFor(error: DataverseError): string {
  if (error.kind === 'timeout') return 'Narrow the query: fewer columns, a more selective filter, a smaller top.'
  if (error.kind === 'throttled') return `Wait ${error.retryAfterSeconds ?? 30} seconds, then call again.`
  if (error.kind === 'unreachable') return 'Dynamics 365 cannot be reached at the moment. Try again in a minute.'
  const privilege = PRIVILEGE.exec(error.text)?.[1]
  if (error.status === 403 && privilege) {
    return `The signed-in person lacks the privilege ${privilege}. An administrator can grant it; no other query will help.`
  }
  return BY_CODE[error.code.toLowerCase()] ?? byStatus(error.status)
}

function byStatus(status: number): string {
  if (status === 403) return 'The signed-in person may not read this. Do not try other ways to read it.'
  if (status >= 500) return 'Dynamics 365 has a problem of its own. Try again in a minute.'
  return 'Correct the query; get_entity_metadata shows the columns of an entity.'
}

/** The column and the entity that Dataverse did not find together, where that is what it complains about. */
export function unknownPropertyIn(error: DataverseError): { column: string; entity: string } | undefined {
  const odata = UNKNOWN_PROPERTY[0].exec(error.text)
  if (odata?.[1] && odata[2]) return { column: odata[1], entity: odata[2] }
  const { column, entity } = UNKNOWN_PROPERTY[1].exec(error.text)?.groups ?? {}
  return column && entity ? { column, entity } : undefined
}
