import { type InLanguage, type LanguagesOf, type Speech, speechIn } from '../../words/words.ts'
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

/** Every text of the card. What stands in braces is filled in. */
export type ChangeWords = InLanguage<typeof en>
export type ChangeTalk = Speech<typeof en>
export type ChangeKey = keyof typeof en

export const CHANGE_LANGUAGES: LanguagesOf<typeof en> = { en, de, fr, es, nl, it, pt, da, sv, nb, fi, pl }

/** @param locale of the host, BCP 47; one that the browser cannot read is as good as none */
export function changeTalkFor(locale: string | undefined): ChangeTalk {
  return speechIn(CHANGE_LANGUAGES, locale)
}
