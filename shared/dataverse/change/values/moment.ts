import { dayIn, localParts } from '../../local-time.ts'

/** An instant as a person's own clock shows it, and where that clock hangs: `2026-11-29 19:44 (Europe/Berlin)`. */
export function momentIn(instant: number, iana: string): string {
  const { clock } = localParts(instant, iana)
  return `${dayIn(instant, iana)} ${clock.slice(0, 5)} (${iana === 'Etc/UTC' ? 'UTC' : iana})`
}
