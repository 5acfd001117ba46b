import { QueryError } from '../errors.ts'
import type { RefusalCode } from '../refusal-codes.ts'
import type { HiddenUse } from '../column-security/findings.ts'
import type { Hiding } from '../metadata/model.ts'

/** Of all that an administrator keeps from models; it is no secret that he does. */
export const KEPT_CODE: RefusalCode = 'hidden_by_administrator'
const SAY_SO = 'say that an administrator of this connector keeps it from models; people see it in Dynamics 365.'

/** A column that is hidden, or of which only its masked value may be had. @param use what was asked of it, if that is known */
export function keptColumn(column: string, entity: string, hiding: Hiding, use?: HiddenUse): QueryError {
  const how = hiding === 'hidden' ? 'hidden from models' : 'shown to models masked only'
  const what = use === undefined ? '' : `: ${use === 'order' ? 'an' : 'a'} ${use} by it would tell its values`
  const step =
    hiding === 'hidden' ? 'Leave it out, and' : 'Select it for what the mask leaves, ask nothing else of it, and'
  return new QueryError(
    KEPT_CODE,
    `The column ${column} of ${entity} is ${how} by an administrator${what}.`,
    `${step} ${SAY_SO}`,
  )
}

/** A lookup to rows whose name is kept: compared by text, or ordered by, it would tell that name. */
export function keptName(lookup: string, entity: string): QueryError {
  return new QueryError(
    KEPT_CODE,
    `What the rows are called that ${lookup} of ${entity} leads to is kept from models by an administrator: it can be compared with ids and with nothing (null), and not be ordered by.`,
    `Compare it with an id, or leave it out, and ${SAY_SO}`,
  )
}

export function keptTable(table: string): QueryError {
  return new QueryError(
    KEPT_CODE,
    `The entity ${table.slice(0, 100)} is hidden from models by an administrator.`,
    `Leave it out, and ${SAY_SO}`,
  )
}

/** A way to rows that is not known to lead to what may be shown. */
export function keptWay(way: string, entity: string): QueryError {
  return new QueryError(
    KEPT_CODE,
    `The way ${way.slice(0, 100)} of ${entity} leads to rows or columns that an administrator keeps from models.`,
    `Leave it out, and ${SAY_SO}`,
  )
}
