import { PROBLEMS } from '../../shared/oauth/callback/problems.ts'
import { RUNBOOK } from '../../shared/oauth/callback/runbook.ts'
import { EVENT_ADVICE } from './events.ts'

type Table = { readonly titles: readonly string[]; readonly rows: readonly (readonly string[])[] }

/** As GitHub names a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-')

/** Every page that a failed sign-in can end on, by its heading. */
export function problemPages(): Table {
  const rows = Object.values(PROBLEMS).map(({ title, person, admin }) => [title, person, cureOf(admin)])
  return { titles: ['heading of the page', 'what it tells the person', 'what an administrator does'], rows }
}

function cureOf(admin: (typeof PROBLEMS)[keyof typeof PROBLEMS]['admin']): string {
  if (admin === undefined) return ''
  const { page, heading } = RUNBOOK[admin.runbook]
  const file = page === 'infra/troubleshooting.md' ? '' : page.replace('infra/', '')
  return `${admin.does} [${heading}](${file}#${anchorOf(heading)})`
}

/** Every event of the log and the audit. */
export function eventsTable(): Table {
  const rows = Object.entries(EVENT_ADVICE).map(([name, { means, cure = '', query }]) => [
    `\`${name}\``,
    means,
    cure,
    query === undefined ? '' : `[${query}](monitor/queries/${query}.kql)`,
  ])
  return { titles: ['event', 'what it means', 'what to do', 'query'], rows }
}
