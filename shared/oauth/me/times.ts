import { html, type Html } from '../../http/pages/html.ts'

const HOUR_MS = 3_600_000

const DAY = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' })
const CLOCK = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short', timeZone: 'UTC' })

/** A moment for everybody: nobody told the server where the reader is, so the zone is said. */
export const moment = (at: number): Html =>
  html`<time datetime="${new Date(at).toISOString()}">${DAY.format(at)}, ${CLOCK.format(at)} UTC</time>`

/** What is written down of a use is that of its hour, so no more is claimed. */
export const lastUse = (at: number, now: number): Html =>
  now - at < HOUR_MS ? html`Within the last hour` : html`${moment(at)}, or in the hour after that`
