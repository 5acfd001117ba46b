import { DataverseFault } from '../../http/errors.ts'
import type { Change } from '../../metadata/publishing.ts'
import type { Store } from '../../store/store.ts'

export type AuditSettings = {
  /** Whether the organisation is audited. */
  readonly organization?: boolean
  /** Whether details name who and when: the page says that the Web API does not, whoever measured says that it does. */
  readonly withRecord?: boolean
}

/** Auditing was switched for the organisation (107, 110), a table (105, 108) or a column (106, 109). */
export type AuditEvent = { readonly action: number; readonly entity?: string; readonly at: Date }

export type AuditSwitch = {
  readonly withRecord: () => boolean
  readonly events: () => readonly AuditEvent[]
  readonly note: (event: AuditEvent) => void
  readonly published: (change: Change, at: Date) => void
  readonly setWithRecord: (withRecord: boolean) => void
  readonly reset: () => void
}

const eventOf = (change: Change): Omit<AuditEvent, 'at'> | undefined => {
  if (change.kind === 'audit-entity') return { action: change.isAudited ? 105 : 108, entity: change.entity }
  if (change.kind === 'audit-column') return { action: change.isAudited ? 106 : 109, entity: change.entity }
  return undefined
}

export function createAuditSwitch(): AuditSwitch {
  let withRecord = true
  let events: AuditEvent[] = []
  const note = (event: AuditEvent): void => void (events = [...events, event])
  return {
    withRecord: () => withRecord,
    events: () => events,
    note,
    published: (change, at) => {
      const event = eventOf(change)
      if (event) note({ ...event, at })
    },
    setWithRecord: (value) => void (withRecord = value),
    reset: () => {
      withRecord = true
      events = []
    },
  }
}

/** What an administrator of the organisation does, and what of it the history tells. */
export function switchAuditing(audit: AuditSwitch, store: Store, settings: AuditSettings, at: Date): void {
  const { organization, withRecord } = settings
  if (withRecord !== undefined) audit.setWithRecord(withRecord)
  if (organization === undefined) return
  store.add(
    store
      .rows('organization')
      .map(({ values }) => ({ entity: 'organization', values: { ...values, isauditenabled: organization } })),
  )
  audit.note({ action: organization ? 107 : 110, at })
}

/** Reads the body of `POST /__sandbox/audit`. @throws DataverseFault 400 for anything but settings */
export function parseAuditSettings(text: string): AuditSettings {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    value = undefined
  }
  const isSettings =
    typeof value === 'object' &&
    value !== null &&
    Object.entries(value).every(
      ([name, one]) => ['organization', 'withRecord'].includes(name) && typeof one === 'boolean',
    )
  if (isSettings) return value as AuditSettings
  throw new DataverseFault(400, 'sandbox', 'Audit settings are {"organization": true, "withRecord": true}.')
}
