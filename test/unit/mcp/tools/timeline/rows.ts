import { unitId } from '../../../../sandbox/dataverse/seed/organisation.ts'
import { idOf, ownedBy, reference } from '../../../../sandbox/dataverse/seed/tools.ts'
import type { Reference, TableRows, Values } from '../../../../sandbox/dataverse/store/store.ts'
import { person } from '../../../../sandbox/people.ts'

const OWNER = ownedBy({
  entity: 'systemuser',
  id: person('sales rep').systemUserId ?? '',
  unit: unitId('UK Sales'),
  country: 'UK',
})
export const account = (name: string): string => idOf('timeline/account', name)
export const activityId = (of: string, at: number): string => idOf('timeline/activity', `${of}/${at}`)

export function accountRow(key: string, name = key): TableRows[number] {
  return { entity: 'account', values: { accountid: account(key), name, statecode: 0, ...OWNER } }
}

export function activityRows(kind: string, id: string, regarding: Reference, values: Values): TableRows {
  const all = { activityid: id, activitytypecode: kind, regardingobjectid: regarding, ...OWNER, ...values }
  return [
    { entity: kind, values: all },
    { entity: 'activitypointer', values: all },
  ]
}

/** A call of every day of September, each with a text of so many characters. */
export function manyCalls(key: string, count: number, characters = 20): TableRows {
  return Array.from({ length: count }, (_one, at) =>
    activityRows('phonecall', activityId(key, at), reference('account', account(key)), {
      subject: `Call ${at}`,
      description: `${at} ${'x'.repeat(characters)}`,
      directioncode: true,
      statecode: 1,
      actualend: `2026-09-${String((at % 30) + 1).padStart(2, '0')}T10:00:00Z`,
      createdon: '2026-09-01T10:00:00Z',
    }),
  ).flat()
}

export function noteRow(id: string, regarding: Reference, values: Values): TableRows[number] {
  const all = { annotationid: id, objectid: regarding, objecttypecode: regarding.entity, isdocument: false }
  return { entity: 'annotation', values: { ...all, createdon: '2026-10-01T10:00:00Z', ...OWNER, ...values } }
}
