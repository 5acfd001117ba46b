import { da } from './da.ts'
import { de } from './de.ts'
import { en } from './en.ts'
import { es } from './es.ts'
import { fi } from './fi.ts'
import { fr } from './fr.ts'
import { it } from './it.ts'
import { nb } from './nb.ts'
import { nl } from './nl.ts'
import { pl } from './pl.ts'
import { pt } from './pt.ts'
import { sv } from './sv.ts'

/** One text for each class of number that a language tells apart; `{n}` is the number. */
export type Forms = Partial<Readonly<Record<Intl.LDMLPluralRule, string>>> & { readonly other: string }

type Texts = Readonly<Record<string, string | Forms>>
/** The texts of English in another language, each of them. What stands in braces is filled in. */
export type InLanguage<English extends Texts> = {
  readonly [K in keyof English]: English[K] extends string ? string : Forms
}
export const CODES = ['en', 'de', 'fr', 'es', 'nl', 'it', 'pt', 'da', 'sv', 'nb', 'fi', 'pl'] as const
type Code = (typeof CODES)[number]
export type LanguagesOf<English extends Texts> = Readonly<Record<Code, InLanguage<English>>>
type KeyOf<English extends Texts, V> = { [K in keyof English]: English[K] extends V ? K : never }[keyof English]
export type Values = Readonly<Record<string, string>>

/** Texts in the reader's language. */
export type Speech<English extends Texts> = {
  /** BCP 47, of the texts. */
  readonly language: string
  /** BCP 47, of numbers and dates: the host's, or the browser's own. */
  readonly locale: string | undefined
  readonly text: (key: KeyOf<English, string>, values?: Values) => string
  /** The form for so many; `{n}` is written as numbers are. */
  readonly count: (key: KeyOf<English, Forms>, n: number, values?: Values) => string
}

/** Every text of the view. */
export type Words = InLanguage<typeof en>
export type TextKey = KeyOf<typeof en, string>
export type Talk = Speech<typeof en>

export const LANGUAGES: LanguagesOf<typeof en> = { en, de, fr, es, nl, it, pt, da, sv, nb, fi, pl }
/** Macrolanguage and sister: each reads the other. */
const READ_AS: Readonly<Record<string, Code>> = { no: 'nb', nn: 'nb' }

/** @param locale of the host, BCP 47; one that the browser cannot read is as good as none */
export function talkFor(locale: string | undefined): Talk {
  return speechIn(LANGUAGES, locale)
}

/** @see https://www.rfc-editor.org/rfc/rfc4647#section-3.4 */
export function speechIn<English extends Texts>(
  languages: LanguagesOf<English>,
  locale: string | undefined,
): Speech<English> {
  const known = canonical(locale) ?? canonical(navigator.language)
  const spoken = known === undefined ? 'en' : new Intl.Locale(known).language
  const wanted = Object.hasOwn(READ_AS, spoken) ? READ_AS[spoken] : spoken
  const language = CODES.find((code) => code === wanted) ?? 'en'
  const words: Texts = languages[language]
  const rules = new Intl.PluralRules(language)
  const digits = new Intl.NumberFormat(known)
  const formOf = (key: PropertyKey, n: number): string => {
    const forms = words[String(key)] ?? ''
    return typeof forms === 'string' ? forms : (forms[rules.select(n)] ?? forms.other)
  }
  return {
    language,
    locale: known,
    text: (key, values = {}) => filled(formOf(key, 1), values),
    count: (key, n, values = {}) => filled(formOf(key, n), { ...values, n: digits.format(n) }),
  }
}

/** A value is put in once, so that braces in a record's name stay what they are. */
function filled(text: string, values: Values): string {
  return text.replaceAll(
    /\{(\w+)\}/g,
    (whole, name: string) => (Object.hasOwn(values, name) ? values[name] : whole) ?? whole,
  )
}

function canonical(locale: string | undefined): string | undefined {
  try {
    return locale === undefined ? undefined : Intl.getCanonicalLocales(locale)[0]
  } catch {
    return undefined
  }
}
