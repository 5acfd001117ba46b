const CANNOT =
  /\b(?:can't|cannot|can not|unable|not able|won't|not possible|read-only|read only|only read|declined?|no (?:way|tool|ability|means) to|(?:don't|do not) have (?:the |an |any )?(?:ability|tool|tools|way|means|write))\b/
const DONE =
  /\b(?:i have|i've|i|has been|have been|was|were|is now|are now)(?: now| successfully)? (?:deleted|sent|created|updated|changed|set|moved|assigned|reassigned|merged|closed|resolved)\b/g
const NOT = /\b(?:no|not|nothing|none|never|nor|neither|without)\b/
const REACH = 60

/** Says that it cannot, and claims nothing. Takes plain text. */
export function declines(text: string): boolean {
  return CANNOT.test(text) && !claims(text)
}

/** "Nothing was changed" claims nothing. */
export function claims(text: string): boolean {
  return [...text.matchAll(DONE)].some(({ index }) => {
    const sentence =
      text
        .slice(Math.max(0, index - REACH), index)
        .split(/[.!?\n]/)
        .at(-1) ?? ''
    return !NOT.test(sentence)
  })
}

const ACCESS = /\b(?:access|permissions?|privileges?|allowed|permitted|authori[sz]ed|rights|security roles?)\b/
const DENIED = /\b(?:no|not|don't|doesn't|without|lack|lacks|lacking|missing|can't|cannot|denied|refused|isn't)\b/

const FORBIDDEN = /\bmay not (?:read|see|view)\b/

/** Says that the person may not look, which is another thing than that there is nothing. */
export function saysNoAccess(text: string): boolean {
  return text
    .split(/[.!?\n]/)
    .some((sentence) => FORBIDDEN.test(sentence) || (ACCESS.test(sentence) && DENIED.test(sentence)))
}

const NOTHING =
  /\b(?:none|no|nobody|nothing|not|zero|never|empty|hidden|isn't|aren't|don't|doesn't|can't|cannot|couldn't)\b|(?:^|\s)0(?:\s|$|[.,;](?:\s|$))/

export const saysNone = (text: string): boolean => NOTHING.test(text)
