import { html, type Html } from '../../http/html.ts'
import type { Problem } from './problems.ts'

export type ProblemPage = {
  readonly problem: Problem
  /** `AADSTS…` or Dataverse's code, for support. */
  readonly code?: string | undefined
  readonly adminConsentUrl?: string | undefined
  /** Back to the client with the OAuth error: a link and no redirect, so that the page can be read. */
  readonly backUrl: string
  readonly clientHost: string
}

export function problemContent({ problem, code, adminConsentUrl, backUrl, clientHost }: ProblemPage): Html {
  return html`<h1>${problem.title}</h1>
    <p>${problem.person}</p>
    ${forAdministrators(problem, adminConsentUrl)}
    ${code ? html`<p class="soft">Reported as <code>${code}</code></p>` : undefined}
    <div class="actions"><a class="button main" href="${backUrl}" rel="noreferrer">Back to ${clientHost}</a></div>`
}

function forAdministrators({ admin }: Problem, consentUrl: string | undefined): Html | undefined {
  if (admin === undefined) return undefined
  return html`<section class="box">
    <h2>For administrators</h2>
    <p>${admin}</p>
    ${consentUrl ? html`<p class="soft"><a href="${consentUrl}" rel="noreferrer">${consentUrl}</a></p>` : undefined}
  </section>`
}
