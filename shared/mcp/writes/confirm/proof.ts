import type { Proof } from '../../../dataverse/change/token/change-tokens.ts'
import type { Means, Writes } from '../writes.ts'

/** `WRITE_CONFIRMATION`. */
export type Confirmation = 'host' | 'human'

/** Which proof a change wants: the best that the client can give, where one is wanted that no model can give. */
export function proofBy(confirmation: Confirmation, means: Means): Writes['proofFor'] {
  return (human): Proof | undefined => {
    if (!human && confirmation === 'host') return 'host'
    if (means.elicitation) return 'elicitation'
    return means.card ? 'card' : undefined
  }
}
