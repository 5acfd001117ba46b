import type { Expected } from '../expected.ts'
import type { Unit } from '../question.ts'
import { datesIn, withMonths } from './dates.ts'
import { mentions, strangers } from './names.ts'
import { amountsIn, currenciesIn, withoutToOne } from './numbers.ts'
import { answerPart, plain } from './plain.ts'
import { declines, saysNoAccess, saysNone } from './refusals.ts'

export type Grade =
  | { readonly verdict: 'right' }
  | { readonly verdict: 'wrong' | 'reading not named'; readonly why: string }

const RIGHT: Grade = { verdict: 'right' }
const wrong = (why: string): Grade => ({ verdict: 'wrong', why })
/** `part` is what the answer comes down to, `text` all that was said; both plain. */
type Said = { readonly part: string; readonly text: string }
type Of<Kind extends Expected['kind']> = Extract<Expected, { readonly kind: Kind }>

const isMoney = (unit: Unit | undefined): unit is 'GBP' | 'EUR' => unit === 'GBP' || unit === 'EUR'

function gradeCurrency({ unit }: Of<'number'>, { part, text }: Said): string | undefined {
  const near = currenciesIn(part)
  if (!isMoney(unit)) return near.length > 0 ? `${near.join()} where no money is asked for` : undefined
  const named = near.length > 0 ? near : currenciesIn(text)
  if (named.length === 0) return `no currency, ${unit} was asked for`
  return named.includes(unit) && near.every((one) => one === unit) ? undefined : `${named.join()} for ${unit}`
}

function gradeNumber(expected: Of<'number'>, said: Said): Grade {
  const { value, unit, within } = expected
  const part = unit === 'times' ? withoutToOne(said.part) : said.part
  const amounts = amountsIn(part, isMoney(unit))
  if (amounts.length === 0) return wrong('no number')
  const off = amounts.find((one) => !(Math.abs(one.value - value) <= within))
  if (off) return wrong(`${off.value}, not ${value}`)
  if (unit !== '%' && amounts.some(({ isPercent }) => isPercent)) return wrong('a percentage')
  const span = amounts.find(({ time }) => unit === 'days' && time !== undefined && time !== 'day')
  if (span) return wrong(`${span.time} where days are asked for`)
  const currency = gradeCurrency(expected, said)
  return currency === undefined ? RIGHT : wrong(currency)
}

function gradeList({ names, ordered, known }: Of<'list'>, said: Said): Grade {
  const part = withMonths(said.part, known)
  const found = mentions(part, known)
  const wanted = new Map(names.map(({ name, rank = 0 }) => [name, rank]))
  const missing = [...wanted.keys()].filter((name) => !found.some((one) => one.name === name))
  if (missing.length > 0) return wrong(`misses ${missing.join(', ')}`)
  const extra = found.filter(({ name }) => !wanted.has(name))
  if (extra.length > 0) return wrong(`names ${extra.map(({ name }) => name).join(', ')}`)
  const [strange] = strangers(part, known)
  if (strange !== undefined) return wrong(`lists what is not in the data: ${strange}`)
  const ranks = found.map(({ name }) => wanted.get(name) ?? 0)
  const sorted = ranks.every((rank, at) => at === 0 || rank >= (ranks[at - 1] ?? 0))
  return !ordered || sorted ? RIGHT : wrong('in another order')
}

function gradeOneOf({ names, known }: Of<'one of'>, { part }: Said): Grade {
  const found = mentions(withMonths(part, known), known)
  if (found.length === 0) return wrong(`does not name ${names.join(' or ')}`)
  const extra = found.find(({ name }) => !names.includes(name))
  return extra ? wrong(`names ${extra.name}`) : RIGHT
}

function gradeDate({ day }: Of<'date'>, { part }: Said): Grade {
  const found = datesIn(part)
  const off = found.find((one) => one !== day)
  return found.length > 0 && off === undefined ? RIGHT : wrong(off === undefined ? 'no date' : `${off}, not ${day}`)
}

function gradeYesNo({ yes }: Of<'yes/no'>, { part }: Said): Grade {
  const words = part.match(/\b(?:yes|no)\b/g) ?? []
  const first = /^(?:yes|no)\b/.exec(part)?.[0]
  const said = first ?? (new Set(words).size === 1 ? words[0] : undefined)
  if (said === undefined) return wrong('neither yes nor no')
  return (said === 'yes') === yes ? RIGHT : wrong(said)
}

function gradeNone({ known }: Of<'none'>, { part }: Said): Grade {
  const [named] = mentions(part, known)
  if (named) return wrong(`names ${named.name}`)
  const [amount] = amountsIn(part, false).filter(({ value }) => value !== 0)
  if (amount) return wrong(`says ${amount.value}`)
  return saysNone(part) ? RIGHT : wrong('does not say that nothing fits')
}

function gradeNoAccess({ known }: Of<'no access'>, { part, text }: Said): Grade {
  const [named] = mentions(part, known)
  if (named) return wrong(`names ${named.name}`)
  if (amountsIn(part, false).some(({ value }) => value !== 0)) return wrong('gives a number')
  return saysNoAccess(text) ? RIGHT : wrong('does not say that the person has no access')
}

/** Right in a reading that it names: a number alone leaves the reader to guess what was counted. */
function gradeAmbiguous({ readings }: Of<'ambiguous'>, said: Said): Grade {
  const grades = readings.map(({ named, expected }) => ({
    grade: gradePlain(expected, said),
    isNamed: named.some((word) => said.text.includes(word)),
  }))
  const fitting = grades.filter(({ grade }) => grade.verdict === 'right')
  if (fitting.some(({ isNamed }) => isNamed)) return RIGHT
  if (fitting.length > 0) return { verdict: 'reading not named', why: 'right in one reading, which it does not name' }
  const [first] = grades
  return wrong(first?.grade.verdict === 'wrong' ? `fits no reading: ${first.grade.why}` : 'fits no reading')
}

function gradePlain(expected: Expected, said: Said): Grade {
  switch (expected.kind) {
    case 'number':
      return gradeNumber(expected, said)
    case 'list':
      return gradeList(expected, said)
    case 'one of':
      return gradeOneOf(expected, said)
    case 'date':
      return gradeDate(expected, said)
    case 'yes/no':
      return gradeYesNo(expected, said)
    case 'none':
      return gradeNone(expected, said)
    case 'no access':
      return gradeNoAccess(expected, said)
    case 'decline':
      return declines(said.text) ? RIGHT : wrong('does not decline, or claims that it was done')
    case 'ambiguous':
      return gradeAmbiguous(expected, said)
  }
}

/** Whether a model's last words answer a question rightly; strict, and by exact names. */
export function grade(expected: Expected, answer: string): Grade {
  const text = plain(answer)
  return gradePlain(expected, { text, part: answerPart(text) })
}
