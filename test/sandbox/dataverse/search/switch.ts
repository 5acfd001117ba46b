import { DataverseFault } from '../http/errors.ts'

/** Whether the organisation has Dataverse Search, and how often a person may ask. */
export type SearchSettings = {
  readonly enabled: boolean
  /** Refuses a second request of a person within a second, as the service does. */
  readonly throttled: boolean
}

export type SearchSwitch = {
  readonly settings: () => SearchSettings
  readonly set: (settings: Partial<SearchSettings>) => void
  /** Notes a request of a person; false when it comes too soon after the last. */
  readonly admit: (upn: string, now: Date) => boolean
  readonly reset: () => void
}

const ON: SearchSettings = { enabled: true, throttled: false }
const WINDOW = 1000

export function createSearchSwitch(): SearchSwitch {
  let settings = ON
  const last = new Map<string, number>()
  const admit = (upn: string, now: Date): boolean => {
    const before = last.get(upn)
    last.set(upn, now.getTime())
    return !settings.throttled || before === undefined || now.getTime() - before >= WINDOW
  }
  return {
    settings: () => settings,
    set: (changed) => void (settings = { ...settings, ...changed }),
    admit,
    reset: () => {
      settings = ON
      last.clear()
    },
  }
}

/** Reads the body of `POST /__sandbox/search`. @throws DataverseFault 400 for anything but settings */
export function parseSettings(text: string): Partial<SearchSettings> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    value = undefined
  }
  const known = ['enabled', 'throttled']
  const isSettings =
    typeof value === 'object' &&
    value !== null &&
    Object.entries(value).every(([name, one]) => known.includes(name) && typeof one === 'boolean')
  if (!isSettings)
    throw new DataverseFault(400, 'sandbox', 'Search settings are {"enabled": true, "throttled": false}.')
  return value as Partial<SearchSettings>
}
