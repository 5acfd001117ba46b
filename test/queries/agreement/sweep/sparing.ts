import type { Case } from '../place.ts'
import { inBrief } from '../run.ts'

type Language = 'odata' | 'fetch'

/**
 * Conditions that are drawn go through the spellings that others are written in, at other places: each is asked in one
 * of either language, by turns, and in every one that no condition of its kind before it is asked in.
 */
export function sparing(drawn: readonly Case[], written: readonly Case[]): Case[] {
  const asked = new Set(written.flatMap((one) => [...namesOf(one, 'odata'), ...namesOf(one, 'fetch')]))
  return drawn.map((one) => {
    const brief = inBrief(one)
    const kept = (language: Language) => {
      const names = namesOf(one, language)
      const spellings = one[language].filter(
        (spelling, at) => brief[language].includes(spelling) || !asked.has(names[at] ?? ''),
      )
      for (const name of namesOf({ ...one, [language]: spellings }, language)) asked.add(name)
      return spellings
    }
    return { ...one, odata: kept('odata'), fetch: kept('fetch') }
  })
}

const namesOf = (one: Case, language: Language): string[] =>
  one[language].map(([how]) => `${one.kind} | ${language} ${how}`)
