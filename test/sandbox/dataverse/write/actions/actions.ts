import type { Answer, WriteRequest } from '../../http/api.ts'
import { notEmulated, unknownSegment } from '../../http/errors.ts'
import { parseSegment } from '../../http/path.ts'
import { closeIncident, loseOpportunity, winOpportunity } from './close.ts'
import { qualifyLead } from './qualify.ts'

const CRM = 'Microsoft.Dynamics.CRM.'

const UNBOUND: ReadonlyMap<string, (request: WriteRequest) => Answer> = new Map([
  ['WinOpportunity', winOpportunity],
  ['LoseOpportunity', loseOpportunity],
  ['CloseIncident', closeIncident],
])

/** Sets of rows have names in small letters, or in schema names with a prefix; an action begins with a capital. */
export function isActionPath(path: readonly string[]): boolean {
  return /^[A-Z]\w*$/.test(path[0] ?? '') || path.some((part) => part.startsWith(CRM))
}

/** A POST that says what happened to a row. @throws DataverseFault 501 for one that is not emulated */
export function answerAction(request: WriteRequest): Answer {
  const [first = '', second, ...rest] = request.path
  if (second === undefined) {
    const action = UNBOUND.get(first)
    if (!action) throw notEmulated(`the action ${first}`)
    return action(request)
  }
  const { name, key } = parseSegment(first)
  if (name !== 'leads' || key === undefined || second !== `${CRM}QualifyLead`) throw notEmulated(`the action ${second}`)
  if (rest.length > 0) throw unknownSegment(rest[0] ?? '')
  return qualifyLead(key, request)
}
