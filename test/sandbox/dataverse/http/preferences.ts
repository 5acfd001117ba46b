/*
 * prefer     := preference (',' preference)*                commas in double quotes separate nothing
 * preference := 'odata.maxpagesize=' digits | 'odata.track-changes'
 *             | 'odata.include-annotations=' '"'? (name | prefix '.*' | '*') (',' …)* '"'?
 *             | any other, which is ignored and not echoed
 */
import { odataError } from './errors.ts'
import { splitOutside } from '../query/text.ts'

/** What the `Prefer` headers of a request ask for. */
export type Preferences = {
  readonly maxPageSize?: number
  readonly annotations: readonly string[]
  /** What comes with each value. */
  readonly shows: { readonly formatted: boolean; readonly lookupName: boolean; readonly navigation: boolean }
  /** `odata.track-changes`: the answer carries a link to what changes after it. */
  readonly tracksChanges: boolean
  /** Echoed as `Preference-Applied`. */
  readonly applied: string
}

export const FORMATTED = 'OData.Community.Display.V1.FormattedValue'
export const LOOKUP_NAME = 'Microsoft.Dynamics.CRM.lookuplogicalname'
export const NAVIGATION = 'Microsoft.Dynamics.CRM.associatednavigationproperty'

/** Separates preferences at commas outside double quotes. */
function splitPreferences(header: string): string[] {
  return [...header.matchAll(/(?:"[^"]*"|[^",])+/g)].map(([part]) => part.trim()).filter(Boolean)
}

function pageSize(text: string): number {
  if (!/^\d+$/.test(text) || Number(text) < 1) throw odataError(`Invalid value '${text}' for odata.maxpagesize.`)
  return Math.min(Number(text), 5000)
}

/** Reads the (comma-joined) `Prefer` header. @throws DataverseFault 400 for a bad page size */
export function parsePreferences(header: string): Preferences {
  let maxPageSize: number | undefined
  let annotations: readonly string[] = []
  let tracksChanges = false
  const applied: string[] = []
  for (const preference of splitPreferences(header)) {
    const [name = '', value = ''] = preference.split(/=(.*)/s).map((part) => part.trim().replace(/^"(.*)"$/, '$1'))
    if (name === 'odata.maxpagesize') maxPageSize = pageSize(value)
    else if (name === 'odata.include-annotations') annotations = splitOutside(value, ',').map((part) => part.trim())
    else if (name === 'odata.track-changes') tracksChanges = true
    else continue
    applied.push(preference)
  }
  return {
    ...(maxPageSize !== undefined && { maxPageSize }),
    annotations,
    shows: {
      formatted: wants({ annotations }, FORMATTED),
      lookupName: wants({ annotations }, LOOKUP_NAME),
      navigation: wants({ annotations }, NAVIGATION),
    },
    tracksChanges,
    applied: applied.join(','),
  }
}

/** Whether an annotation was asked for: by name, by `Prefix.*` or by `*`. */
export function wants({ annotations }: Pick<Preferences, 'annotations'>, name: string): boolean {
  return annotations.some(
    (one) => one === '*' || one === name || (one.endsWith('.*') && name.startsWith(one.slice(0, -1))),
  )
}
