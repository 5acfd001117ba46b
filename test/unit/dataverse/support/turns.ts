import { createTurns, type Turns } from '../../../../shared/dataverse/web-api/service-protection/turns.ts'

export const later = (ms: number, work: () => void): void => void setTimeout(work, ms).unref()

/** Turns by this machine's own clock. */
export const turnsOf = (most?: number): Turns =>
  createTurns({ now: () => Date.now(), later, ...(most !== undefined && { most }) })
