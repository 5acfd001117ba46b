/** What Dataverse says is left of a person's budget of five minutes on the web server that answered. */
export type Remaining = {
  /** Requests. */
  readonly requests: number | undefined
  /** Of execution time. */
  readonly seconds: number | undefined
}

const MOST_CHARACTERS = 20

/**
 * Reads the two headers of service protection; the time is written with a comma for thousands, as in `1,200.00`.
 * @see https://learn.microsoft.com/power-apps/developer/data-platform/api-limits#http-response-headers
 */
export function remainingOf(headers: Pick<Headers, 'get'>): Remaining | undefined {
  const requests = numberIn(headers.get('x-ms-ratelimit-burst-remaining-xrm-requests'))
  const seconds = numberIn(headers.get('x-ms-ratelimit-time-remaining-xrm-requests'))
  return requests === undefined && seconds === undefined ? undefined : { requests, seconds }
}

function numberIn(text: string | null): number | undefined {
  if (text === null || text.trim() === '' || text.length > MOST_CHARACTERS) return undefined
  const number = Number(text.replaceAll(',', ''))
  return Number.isFinite(number) ? number : undefined
}
