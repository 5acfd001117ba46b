import { expect } from '@jest/globals'
import { PROBLEMS } from '../../../shared/oauth/callback/problems.ts'
import type { App } from '../../sandbox/functions-host/start.ts'
import { eventually, events } from '../support/suite.ts'
import { backLink, type Page } from '../support/tab.ts'
import { ENTRA_SAYS, type EntraSays, type Step } from './answers.ts'

const CLIENT = 'https://chatgpt.com/connector_platform_oauth_redirect'
/** What costs the person one more hop, and no page. */
export const HEALED = ['claims-required', 'fresh-sign-in']
export const SIGN_IN_STEPS = ['token.authorization_code', 'token.obo'] as const

/**
 * Each answer at one of the steps where it can be given, by turns: that a step makes no difference but where two rows
 * of the table say so is what `test/unit/entra/entra-error.test.ts` asks of every row and every step.
 */
export const casesAt = (steps: readonly Step[], wanted: (says: EntraSays) => boolean) =>
  ENTRA_SAYS.filter(wanted).flatMap((says, at) => {
    const possible = steps.filter((step) => says.at.includes(step))
    const step = possible[at % possible.length]
    return step === undefined ? [] : [[says.number, says.error, step, says] as const]
  })

const shownId = (page: Page) => /Correlation id <code>([^<]+)<\/code>/.exec(page.text)?.[1] ?? 'none is shown'
const boxOf = (page: Page) => /<pre class="copy">([^<]+)<\/pre>/.exec(page.text)?.[1]?.split('\n') ?? []

/** The page of a problem, its way back to the client, and the one line of the log that holds what it shows. */
export async function expectPage(host: App, page: Page, { number, page: kind }: EntraSays): Promise<void> {
  const { status, title, error, admin } = PROBLEMS[kind]
  expect([page.status, page.headers.get('location'), page.text.includes(`<h1>${title}</h1>`)]).toEqual([
    status,
    null,
    true,
  ])
  expect(backLink(page, CLIENT).searchParams.getAll('error')).toEqual([error])
  expect(page.text).toContain(`AADSTS${number}`)
  expect(boxOf(page).length > 0).toBe(admin !== undefined)
  if (status === 500)
    expect(boxOf(page).join(' ')).toMatch(new RegExp(`^Code: AADSTS${number} .*Runbook: infra/.*log: .*Microsoft: `))
  const line = await eventually(async () =>
    (await events(host, 'signin.failed')).find((one) => one.includes(shownId(page))),
  )
  expect(line).toContain(`code=AADSTS${number}`)
  expect(line).toMatch(/reason="\S+: Entra/)
  for (const id of boxOf(page)
    .join(' ')
    .match(/[0-9a-f]{8}-[0-9a-f-]{27}/g) ?? [])
    expect(line).toContain(id)
}
