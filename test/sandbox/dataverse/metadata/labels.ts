import { readFileSync } from 'node:fs'

import type { Json } from '../http/api.ts'
import type { Entity } from '../schema/schema.ts'
import type { Reader } from '../security/security.ts'
import { valueOf } from '../store/store.ts'
import { metadataId } from './identifier.ts'

export const ENGLISH = 1033
export const GERMAN = 1031
/** The languages that the organisation has. */
export const LANGUAGES: readonly number[] = [ENGLISH, GERMAN]

type Names = {
  readonly name: string
  readonly collection: string
  readonly columns: Readonly<Record<string, string>>
}
const TRANSLATED = JSON.parse(readFileSync(new URL('./labels.1031.json', import.meta.url), 'utf8')) as Readonly<
  Record<string, Names>
>

/** The language of labels for a person, by their settings. */
export function languageOf({ store, caller }: Reader): number {
  const settings = store.get('usersettings', caller.user.id)
  const language = settings ? Number(valueOf(settings, 'uilanguageid')) : ENGLISH
  return LANGUAGES.includes(language) ? language : ENGLISH
}

function localized(text: string, language: number): Json {
  return {
    Label: text,
    LanguageCode: language,
    IsManaged: true,
    MetadataId: metadataId('label', String(language), text),
    HasChanged: null,
  }
}

/** A label in the organisation's base language and, where there is one, in German; the person's comes first. */
export function label(text: string, language: number, german?: string): Json {
  const labels = [localized(text, ENGLISH), ...(german === undefined ? [] : [localized(german, GERMAN)])]
  const own = labels.find(({ LanguageCode }) => LanguageCode === language) ?? labels[0]
  return { LocalizedLabels: labels, UserLocalizedLabel: own }
}

export const NO_LABEL: Json = { LocalizedLabels: [], UserLocalizedLabel: null }

export function germanName({ logicalName }: Entity): string | undefined {
  return TRANSLATED[logicalName]?.name
}

export function germanCollection({ logicalName }: Entity): string | undefined {
  return TRANSLATED[logicalName]?.collection
}

/** A column's German label: the table's own or the one that all tables share. */
export function germanColumn({ logicalName }: Entity, column: string): string | undefined {
  const own = TRANSLATED[logicalName]
  return own && (own.columns[column] ?? TRANSLATED['*']?.columns[column])
}

/** Leaves the languages that were asked for (`LabelQuery`) in every label below a value. */
export function onlyLanguages(value: unknown, languages: readonly number[]): unknown {
  if (Array.isArray(value)) return value.map((one) => onlyLanguages(one, languages))
  if (typeof value !== 'object' || value === null) return value
  const narrowed = Object.entries(value).map(([name, member]): [string, unknown] => {
    if (name !== 'LocalizedLabels' || !Array.isArray(member)) return [name, onlyLanguages(member, languages)]
    return [name, (member as Json[]).filter((one) => languages.includes(Number(one['LanguageCode'])))]
  })
  return Object.fromEntries(narrowed)
}
