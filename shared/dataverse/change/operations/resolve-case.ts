import { closingOperation } from './closing/close-record.ts'

/**
 * A case is resolved by a message of its own, which leaves an activity about it.
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/webapi/use-web-api-actions
 */
export const resolveCase = closingOperation({
  tool: 'resolve_case',
  entity: 'incident',
  record: 'incidentresolution',
  lookup: 'incidentid',
  parameter: 'IncidentResolution',
  arguments: [
    { name: 'subject', column: 'subject', also: ['resolution'] },
    { name: 'text', column: 'description', also: ['remarks', 'note'] },
    { name: 'minutes', column: 'timespent', also: ['billable time', 'time'] },
  ],
  results: ['resolved'],
  message: () => 'CloseIncident',
  does: () => 'Resolve',
  subject: () => 'Case resolved',
  also: [],
  notes: () => ['A resolved case cannot be changed until somebody opens it again in Dynamics 365.'],
})
