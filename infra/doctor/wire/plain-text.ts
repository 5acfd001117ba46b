const MOST_CHARACTERS = 300
/** Letters and symbols that show as nothing: enough of them push forged text to a line of its own. */
const BLANK_LETTERS = /[\u2800\u3164\u115f\u1160\uffa0]/g
/** Only a finding of ours is marked. */
const OUR_MARKS = /[✓✗]/g
/**
 * Tokens and codes of this app, and JWTs: a server that echoes what it was sent must not get them printed. Also
 * within a word, since `Bearer%20eyJ…` is one.
 */
const SECRETS = /dm[a-z]_[\w.-]{8,400}|eyJ[\w.-]{20,4000}/g

/**
 * Text of a server as it may be shown in a terminal: no control characters (an escape sequence could repaint the
 * screen or fill the clipboard), nothing invisible and nothing that turns the direction of writing.
 */
export function plain(text: string, most = MOST_CHARACTERS): string {
  const shown = text
    .slice(0, 4 * most)
    .replace(SECRETS, '(hidden)')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ')
    .replace(BLANK_LETTERS, ' ')
    .replace(OUR_MARKS, '?')
    .replace(/[\p{Cf}\p{Cs}\p{Co}\p{Cn}]/gu, '')
    .replace(/\s\s+/g, ' ')
    .trim()
  const characters = Array.from(shown)
  return characters.length <= most ? shown : `${characters.slice(0, most).join('')}…`
}

/** The same between quotation marks, so that nobody takes it for our own words. */
export const quoted = (text: string, most = 120): string => `“${plain(text, most).replace(/[“”]/g, "'")}”`

/** Text of ours of several lines: its line breaks stay. It may quote an error that quotes what was sent. */
export const plainLines = (text: string): string =>
  text
    .replace(SECRETS, '(hidden)')
    .split('\n')
    .map((line) => line.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ''))
    .join('\n')
