import type { Person } from '../people.ts'
import type { Reply } from './http.ts'
import { html } from './http.ts'

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escape = (text: string) => text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '')

const page = (title: string, content: string, status = 200): Reply =>
  html(
    `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escape(title)}</title></head>
<body><main><h1>${escape(title)}</h1>
${content}
<p>This is a sandbox that stands in for Microsoft Entra ID.</p></main></body>
</html>
`,
    status,
  )

/** A form that posts `account=<upn>` or `cancel=1` back to where it came from. */
export function accountPicker(people: readonly Person[], action: string): Reply {
  const buttons = people.map(
    ({ name, upn }) =>
      `<p><button name="account" value="${escape(upn)}">${escape(name)} &lt;${escape(upn)}&gt;</button></p>`,
  )
  return page(
    'Pick an account',
    `<form method="post" action="${escape(action)}">\n${buttons.join('\n')}
<p><button name="cancel" value="1">Cancel</button></p>\n</form>`,
  )
}

/** A form that posts `grant=1` or `cancel=1` back to where it came from. */
export function adminConsentForm(scopes: readonly string[], action: string): Reply {
  const items = scopes.map((scope) => `<li>${escape(scope)}</li>`).join('')
  return page(
    'Permissions requested for your organisation',
    `<ul>${items}</ul>\n<form method="post" action="${escape(action)}">
<p><button name="grant" value="1">Accept</button> <button name="cancel" value="1">Cancel</button></p>\n</form>`,
  )
}

export const errorPage = (description: string): Reply =>
  page("Sorry, but we're having trouble signing you in.", `<p>${escape(description)}</p>`, 400)

export const messagePage = (title: string, link?: string): Reply =>
  page(title, link === undefined ? '' : `<p><a href="${escape(link)}">Continue</a></p>`)
