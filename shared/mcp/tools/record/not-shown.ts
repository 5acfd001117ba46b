import type { DataverseError } from '../../../dataverse/errors.ts'
import { KEPT_CODE } from '../../../dataverse/hiding/refusals.ts'
import type { Entity } from '../../../dataverse/metadata/model.ts'
import { plainLine } from '../../tool/plain-text.ts'

export type Refused = { readonly entity: Entity; readonly error: DataverseError }

const LONGEST_NAME = 200

/** Tables whose rows were asked for and did not come, a clause for each reason. */
export function notShown(refused: readonly Refused[]): string[] {
  const ofModels = refused.filter(({ error }) => error.code === KEPT_CODE)
  const others = refused.filter((one) => !ofModels.includes(one))
  const [kept, failed] = [others.filter(isKeptOut), others.filter((one) => !isKeptOut(one))]
  return [
    ...clause(kept, 'you may not read them'),
    ...clause(ofModels, 'an administrator hides from models what they are found by'),
    ...clause(failed, 'Dynamics 365 did not give them this time'),
  ]
}

function isKeptOut({ error }: Refused): boolean {
  return error.status === 403
}

function clause(refused: readonly Refused[], why: string): string[] {
  if (refused.length === 0) return []
  return [`${refused.map(({ entity }) => labelOf(entity)).join(', ')} are not shown: ${why}`]
}

/** What several rows of a table are called. */
export function labelOf({ pluralLabel, label, name }: Entity): string {
  return plainLine(pluralLabel ?? label ?? name, LONGEST_NAME)
}
