import type { Publishing } from '../../metadata/publishing.ts'
import { createPublishing } from '../../metadata/publishing.ts'
import type { SearchSwitch } from '../../search/switch.ts'
import { createSearchSwitch } from '../../search/switch.ts'

/** What an organisation has besides its rows: a schema with a history, and search. */
export type Platform = {
  readonly metadata: Publishing
  readonly search: SearchSwitch
}

export function createPlatform(): Platform {
  return { metadata: createPublishing(), search: createSearchSwitch() }
}
