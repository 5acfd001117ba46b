import type { AuditSwitch } from '../../functions/audit/switch.ts'
import { createAuditSwitch } from '../../functions/audit/switch.ts'
import type { Publishing } from '../../metadata/publishing.ts'
import { createPublishing } from '../../metadata/publishing.ts'
import type { SearchSwitch } from '../../search/switch.ts'
import { createSearchSwitch } from '../../search/switch.ts'

/** What an organisation has besides its rows: a schema with a history, search, and what became of auditing. */
export type Platform = {
  readonly metadata: Publishing
  readonly search: SearchSwitch
  readonly audit: AuditSwitch
}

export function createPlatform(): Platform {
  return { metadata: createPublishing(), search: createSearchSwitch(), audit: createAuditSwitch() }
}
