/** Characters that people are shown of an administrator's message. */
export const MOST_MESSAGE_CHARACTERS = 300
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Default_Ignorable_Code_Point}]/gu
const BLANK = /\p{White_Space}/gu

/**
 * A message as people and models are shown it: one line, so that no line of it passes for one of ours, without what
 * nobody sees or what turns the text around. A row may have been written by hand, so it is cut where it is too long.
 */
export function cleanMessage(message: string): string {
  const seen = message
    .slice(0, 10 * MOST_MESSAGE_CHARACTERS)
    .replaceAll(BLANK, ' ')
    .replaceAll(UNSEEN, '')
  const words = seen.split(' ').filter((word) => word !== '')
  return words
    .join(' ')
    .slice(0, MOST_MESSAGE_CHARACTERS)
    .toWellFormed()
    .replace(/\uFFFD$/u, '')
}
