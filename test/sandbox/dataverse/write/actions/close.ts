import type { Answer, WriteRequest } from '../../http/api.ts'
import { odataError } from '../../http/errors.ts'
import { localDate } from '../../query/dates.ts'
import { entityNamed } from '../../schema/schema.ts'
import type { Row, Value } from '../../store/store.ts'
import { isReference, textOf, valueOf } from '../../store/store.ts'
import type { Members, Written } from '../body.ts'
import { isMembers, parseBody, readMembers } from '../body.ts'
import { cannotBeNull, invalidState, wrongLiteral } from '../errors.ts'
import { commit, planCreate, planUpdate } from '../save.ts'
import { stamp } from '../values.ts'

type Values = Readonly<Record<string, Value>>

/** `Status` -1 leaves the reason to the platform. */
const ANY_REASON = -1

const only = (values: Values): Written => ({ values, bound: [], parties: [] })

/** What an action's body says of the activity that the close leaves behind. */
type Close = { readonly activity: Values; readonly closed: Row; readonly statuscode: Values }

function readClose(table: string, parameter: string, lookup: string, request: WriteRequest): Close {
  const entity = entityNamed(table)
  const body: Members = parseBody(request, entity)
  const other = Object.keys(body).find((name) => name !== 'Status' && name !== parameter)
  if (other !== undefined) throw odataError(`The parameter '${other}' in the request payload is not a valid parameter.`)
  const { Status } = body
  const members = body[parameter]
  if (!isMembers(members)) throw wrongLiteral(entity, members ?? null, `Microsoft.Dynamics.CRM.${table}`)
  if (typeof Status !== 'number') throw wrongLiteral(entity, Status ?? null, 'Edm.Int32')
  const activity = readMembers(entity, members, 'create', request).values
  const target = activity[lookup]
  const closed = isReference(target) ? request.reader.store.get(target.entity, target.id) : undefined
  if (!closed) throw cannotBeNull(lookup)
  if (valueOf(closed, 'statecode') !== 0) throw invalidState()
  return { activity, closed, statuscode: Status === ANY_REASON ? {} : { statuscode: Status } }
}

/** An activity that is done as it comes into being, about the row that it closed. */
function doneAbout({ entity, id, values }: Row, request: WriteRequest): Values {
  const about = { regardingobjectid: { entity: entity.logicalName, id }, statecode: 1, statuscode: 2 }
  const currency = values['transactioncurrencyid'] ?? null
  return { transactioncurrencyid: currency, actualend: stamp(request.reader.now), ...about }
}

/** Of a deal that was won without a word on its revenue, the estimate is what it brought; a close is a day of the person's clock: assumed. */
function closeOpportunity(statecode: 1 | 2, request: WriteRequest): Answer {
  const { activity, closed, statuscode } = readClose('opportunityclose', 'OpportunityClose', 'opportunityid', request)
  const { now, caller } = request.reader
  const revenue = activity['actualrevenue'] ?? (statecode === 1 ? valueOf(closed, 'estimatedvalue') : null)
  const end = textOf(activity['actualend'])
  const actualclosedate = localDate(end === '' ? now.getTime() : Date.parse(end), caller.timeZone)
  const changes = Object.assign({ statecode, actualclosedate, actualvalue: revenue }, statuscode)
  const deal = planUpdate(closed, only(changes), request, true)
  const opportunitystatuscode = valueOf(deal.row, 'statuscode')
  const outcome: Values = { actualrevenue: revenue, opportunitystatecode: statecode, opportunitystatuscode }
  const values = Object.assign(doneAbout(closed, request), activity, outcome)
  commit([deal, planCreate(entityNamed('opportunityclose'), only(values), request, true)], request)
  return { status: 204, body: '' }
}

/** @see https://learn.microsoft.com/power-apps/developer/data-platform/webapi/use-web-api-actions */
export function winOpportunity(request: WriteRequest): Answer {
  return closeOpportunity(1, request)
}

export function loseOpportunity(request: WriteRequest): Answer {
  return closeOpportunity(2, request)
}

/** @see https://learn.microsoft.com/power-apps/developer/data-platform/define-custom-state-model-transitions */
export function closeIncident(request: WriteRequest): Answer {
  const { activity, closed, statuscode } = readClose('incidentresolution', 'IncidentResolution', 'incidentid', request)
  const resolved = planUpdate(closed, only(Object.assign({ statecode: 1 }, statuscode)), request, true)
  const values = Object.assign(doneAbout(closed, request), activity)
  commit([resolved, planCreate(entityNamed('incidentresolution'), only(values), request, true)], request)
  return { status: 204, body: '' }
}
