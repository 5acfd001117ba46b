const CONTROL_AND_DIRECTION = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

/** A name as a client gave it, fit for a page: no control or direction characters, at most 100 characters. */
export function cleanClientName(name: string | undefined): string {
  const clean = (name ?? '').replace(CONTROL_AND_DIRECTION, '').replace(/\s+/g, ' ').trim()
  return clean === '' ? 'An app without a name' : clean.slice(0, 100).toWellFormed()
}
