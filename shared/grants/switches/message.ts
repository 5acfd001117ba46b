/** Characters that people are shown of an administrator's message. */
export const MOST_MESSAGE_CHARACTERS = 300
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Default_Ignorable_Code_Point}]/gu
const BLANK = /\p{White_Space}/gu

/** Of what is cleaned at all; a body of `/manage` holds no more than twice that. */
const MOST_READ = 4_096

/**
 * A message as people and models are shown it: one line, so that no line of it passes for one of ours, without what
 * nobody sees or what turns the text around. A row may have been written by hand, so it is cut where it is too long.
 */
export const cleanMessage = (message: string): string =>
  seenOf(message).slice(0, MOST_MESSAGE_CHARACTERS).join('').trimEnd()

/** Whether people would be shown the whole of it: what nobody sees does not count, and an emoji counts once. */
export function isWholeMessage(message: string): boolean {
  const { length } = seenOf(message)
  return message.length <= MOST_READ && length > 0 && length <= MOST_MESSAGE_CHARACTERS
}

function seenOf(message: string): readonly string[] {
  const seen = message.slice(0, MOST_READ).replaceAll(BLANK, ' ').replaceAll(UNSEEN, '')
  const words = seen.split(' ').filter((word) => word !== '')
  return Array.from(words.join(' '))
}
