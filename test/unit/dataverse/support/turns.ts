import { createTurns, type Turns } from '../../../../shared/dataverse/web-api/service-protection/turns.ts'
import { later } from '../../../../shared/telemetry/deadline.ts'

export { later }

/** Turns by this machine's own clock. */
export const turnsOf = (most?: number): Turns =>
  createTurns({ now: () => Date.now(), later, ...(most !== undefined && { most }) })
