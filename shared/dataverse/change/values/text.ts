import type { Scalar } from '../model.ts'
import { visible } from '../../records/visible-text.ts'
import { pass, passLike, refusedAt, written, type Place } from './place.ts'

export type TextLimits = {
  /** UTF-16 code units, as SQL Server counts them. */
  readonly maxLength?: number | undefined
  /** As Dataverse names it: `Email`, `Url`, … */
  readonly format?: string | undefined
  /** Dynamics 365 draws it as HTML. */
  readonly isMarkup?: boolean | undefined
}

/** Of a text that is offered again in a hint. */
const LONGEST_OFFERED = 500
const TAG = /<[a-z!/?]/i
const SCHEME = /^([a-z][a-z\d+.-]{0,30}):/i

/**
 * A text as it is written: composed, its lines ended as Dataverse ends them; `null` for an empty one, which Dataverse
 * does not keep. @throws ValueRefused `value_invalid`, `text_not_plain`, `too_long`
 */
export function readText(to: Exclude<Scalar, null>, limits: TextLimits, place: Place): string | null {
  if (typeof to === 'boolean') throw refusedAt(place, 'value_invalid', isNoText(to, place), pass(place, String(to)))
  const text = String(to).normalize('NFC').replaceAll(/\r\n?/g, '\n')
  checkPlain(text, limits, place)
  const { maxLength = Infinity, format } = limits
  if (text.length > maxLength)
    throw refusedAt(
      place,
      'too_long',
      `${place.label} takes ${maxLength} characters, and the text has ${text.length}.`,
      `Shorten it, in agreement with the person, to at most ${maxLength} characters, and pass it as ${place.column}.`,
    )
  if (text.trim() === '') {
    place.note(`An empty text empties ${place.label}.`)
    return null
  }
  if (format === 'Email') checkAddress(text, place)
  if (format === 'Url') checkLink(text, place)
  return text
}

function isNoText(to: Scalar, { label }: Place): string {
  return `${label} holds text, and ${written(to)} is none.`
}

/** What nobody sees in the difference would be approved unseen; what Dynamics 365 draws as HTML would run there. */
function checkPlain(text: string, { isMarkup = false }: TextLimits, place: Place): void {
  const plain = visible(text)
  if (plain !== text)
    throw refusedAt(
      place,
      'text_not_plain',
      `The text for ${place.label} has characters that nobody sees, or that turn round what is seen.`,
      plain.length <= LONGEST_OFFERED ? pass(place, plain) : `Pass the text for ${place.column} without them.`,
    )
  if (!isMarkup || !TAG.test(text)) return
  const words = text.replaceAll('<', '‹').replaceAll('>', '›')
  throw refusedAt(
    place,
    'text_not_plain',
    `${place.label} is drawn as HTML, and the text for it has markup.`,
    words.length <= LONGEST_OFFERED ? pass(place, words) : `Pass the text for ${place.column} without "<" and ">".`,
  )
}

function checkAddress(text: string, place: Place): void {
  const [name = '', domain = '', ...more] = text.split('@')
  const isOne = name !== '' && more.length === 0 && !/[\s<>()[\]\\,;:"]/.test(text)
  const parts = domain.split('.')
  if (isOne && parts.length > 1 && parts.every((part) => part !== '')) return
  throw refusedAt(
    place,
    'value_invalid',
    `${place.label} holds an e-mail address, and ${written(text)} is none.`,
    `Ask the person for the address. ${passLike(place, 'name@example.com')}`,
  )
}

/** A link that runs a script is drawn as one to click. */
function checkLink(text: string, place: Place): void {
  const scheme = SCHEME.exec(text.trim())?.[1]?.toLowerCase()
  const isWeb = scheme === undefined || scheme === 'http' || scheme === 'https'
  if (isWeb && !/\s/.test(text) && URL.canParse(scheme === undefined ? `https://${text}` : text)) return
  throw refusedAt(
    place,
    'value_invalid',
    `${place.label} holds the address of a web page, and ${written(text)} is none.`,
    `Ask the person for the address. ${passLike(place, 'https://example.com')}`,
  )
}
