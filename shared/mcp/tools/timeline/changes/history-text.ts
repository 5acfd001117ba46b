import type { DataverseError } from '../../../../dataverse/errors.ts'
import type { Column, Table } from '../../../../dataverse/metadata/model.ts'
import { MOST_CHANGES } from '../../../../dataverse/records/timeline/history.ts'
import { MOST_RECORDS, type FoundRecords } from '../../../../dataverse/records/timeline/related-records.ts'
import { labelOf } from '../../record/not-shown.ts'
import { isKept, type Audit, type ReadHistories } from './histories.ts'

const PRIVILEGE = 'prvReadRecordAuditHistory'
const MOST_NAMED = 10
const NOT_ASKED = 'Changes of columns were not asked for.'

/** What of changes is told: from which records, where none are recorded, or which right is missing. */
export function historyText(audit: Audit | undefined, found: ReadHistories | undefined, records: FoundRecords): string {
  if (!audit || !found) return NOT_ASKED
  const off = recordedText(audit)
  if (found.refused) return [...refusedText(found.refused), ...off].join(' ')
  const { read, missing, undated, cut } = found
  const others = read.length - 1
  const of = others > 0 ? ` and of ${others} ${others === 1 ? 'record' : 'records'} that belong to it` : ''
  return [
    `Changes come from the audit history of the record${of}.`,
    ...(records.isCut
      ? [`Of what belongs to it the ${MOST_RECORDS} records that were changed last were looked at.`]
      : []),
    ...(missing > 0 ? [`The history of ${missing} of them did not come this time.`] : []),
    ...(cut.length > 0 ? [cutText(cut.map(({ entity, id }) => `${entity.name}/${id}`))] : []),
    ...(undated > 0 ? [`${undated} changes came without saying when, and are not shown.`] : []),
    ...off,
  ].join(' ')
}

function cutText(ids: readonly string[]): string {
  return `Only the ${MOST_CHANGES} newest changes were looked at of ${ids.join(', ')}.`
}

function refusedText(error: DataverseError): string[] {
  if (isKept(error)) return ['Changes are not shown: an administrator hides them from models.']
  if (error.status !== 403) return ['Changes are not shown: Dynamics 365 did not give them this time.']
  const missing = /\bprv\w{3,100}/.exec(error.text)?.[0] ?? PRIVILEGE
  return [
    `Changes are not shown: the privilege ${missing} is missing, which an administrator gives by a security role.`,
  ]
}

/** Where it is off, what was recorded before stays. */
function recordedText({ auditing, tables, sight }: Audit): string[] {
  if (!auditing.isOn) return ['Auditing is off in this organization: no change is recorded now.']
  const off = tables.filter((_table, at) => auditing.tables[at]?.isOn === false)
  const columns = tables.flatMap((table, at) => {
    const isOn = auditing.tables[at]?.isOn !== false
    return isOn ? namesOff(table, auditing.tables[at]?.columnsOff ?? []) : []
  })
  const isHidden = (column: Column): boolean => sight(column) === 'hidden'
  const hides = tables.some(({ byName, hidden }) => (hidden?.size ?? 0) > 0 || [...byName.values()].some(isHidden))
  return [
    ...(off.length > 0 ? [`Auditing is off for ${off.map(({ entity }) => labelOf(entity)).join(', ')}.`] : []),
    ...(columns.length > 0 ? [`Changes of ${listed(columns)} are not recorded.`] : []),
    ...(hides ? ['Changes of columns that are hidden from you or from models are not among them.'] : []),
  ]
}

/** Those that people ask for; the platform's own are never recorded. */
function namesOff({ entity, byName }: Table, columns: readonly string[]): string[] {
  const asked = columns.filter((name) => byName.get(name)?.searchable === true && byName.get(name)?.readable === true)
  return asked.map((name) => `${name} of ${entity.name}`)
}

function listed(names: readonly string[]): string {
  const left = names.length - MOST_NAMED
  return left > 0 ? `${names.slice(0, MOST_NAMED).join(', ')} and ${left} more columns` : names.join(', ')
}
