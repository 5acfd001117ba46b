import { html, type Html } from '../../http/pages/html.ts'
import type { Cure, Problem } from './problems.ts'
import { RUNBOOK } from './runbook.ts'

export type ProblemPage = {
  readonly problem: Problem
  /** `AADSTS…` or Dataverse's code, for support. */
  readonly code?: string | undefined
  /** What Microsoft says by the code. */
  readonly says?: string | undefined
  readonly correlationId: string
  readonly entraCorrelationId?: string | undefined
  readonly adminConsentUrl?: string | undefined
  /** To Microsoft's choice of accounts, for the same sign-in. */
  readonly anotherAccountUrl?: string | undefined
  /** Back to the client with the OAuth error: a link and no redirect, so that the page can be read. */
  readonly backUrl: string
  /** Whom or what that is. */
  readonly backTo: string
}

export function problemContent(page: ProblemPage): Html {
  const { problem, code, anotherAccountUrl, backUrl, backTo } = page
  const account = anotherAccountUrl
    ? html`<a class="button main" href="${anotherAccountUrl}" rel="noreferrer">Use another account</a>`
    : undefined
  return html`<h1>${problem.title}</h1>
    <p>${problem.person}</p>
    ${problem.admin ? forAdministrators(problem.admin, page) : undefined}
    ${code && !problem.admin ? html`<p class="soft">Reported as <code>${code}</code></p>` : undefined}
    <div class="actions">
      ${account}
      <a class="${account ? 'button' : 'button main'}" href="${backUrl}" rel="noreferrer">Back to ${backTo}</a>
    </div>`
}

function forAdministrators({ does, runbook }: Cure, page: ProblemPage): Html {
  const { code, says, correlationId, entraCorrelationId, adminConsentUrl } = page
  const { page: file, heading } = RUNBOOK[runbook]
  const facts = [
    ['Code', code],
    ['Microsoft says', says],
    ['Runbook', `${file}, “${heading}”`],
    ['In the log', correlationId],
    ['At Microsoft', entraCorrelationId],
  ].flatMap(([name, value]) => (value === undefined ? [] : [`${name ?? ''}: ${value}`]))
  return html`<section class="box">
    <h2>For administrators</h2>
    <p>${does}</p>
    ${adminConsentUrl ? html`<p class="soft"><a href="${adminConsentUrl}" rel="noreferrer">${adminConsentUrl}</a></p>` : undefined}
    <pre class="copy">${facts.join('\n')}</pre>
  </section>`
}
