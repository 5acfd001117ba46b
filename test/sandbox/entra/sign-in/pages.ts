import type { Account } from '../context.ts'
import type { Permission } from '../directory/consent.ts'
import type { Reply } from '../http.ts'
import { html } from '../http.ts'

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
export function accountPicker(people: readonly Account[], action: string): Reply {
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

const listed = (permissions: readonly Permission[]) =>
  permissions
    .map(({ resource, scope }) => {
      const text = scope.adminConsentDisplayName ?? scope.value
      return `<li>${escape(`${text} (${resource.displayName}: ${scope.value})`)}</li>`
    })
    .join('')

const hidden = (name: string, value: string | undefined) =>
  value === undefined ? '' : `<input type="hidden" name="${name}" value="${escape(value)}">`

/** A form that posts `grant=1` (and the account, where one was picked) or `cancel=1` back to where it came from. */
export function adminConsentForm(permissions: readonly Permission[], action: string, account?: string): Reply {
  return page(
    'Permissions requested for your organisation',
    `<ul>${listed(permissions)}</ul>\n<form method="post" action="${escape(action)}">${hidden('account', account)}
<p><button name="grant" value="1">Accept</button> <button name="cancel" value="1">Cancel</button></p>\n</form>`,
  )
}

type ConsentForm = {
  readonly permissions: readonly Permission[]
  readonly client: string
  readonly account: string
  readonly action: string
  /** An administrator may consent for everyone. */
  readonly admin: boolean
}

/** A form that posts the account with `consent=1` (for an administrator also `organisation=1`) or `cancel=1`. */
export function consentForm({ permissions, client, account, action, admin }: ConsentForm): Reply {
  const organisation = `<p><label><input type="checkbox" name="organisation" value="1">
Consent on behalf of your organisation</label></p>\n`
  return page(
    'Permissions requested',
    `<p>${escape(client)}</p>\n<ul>${listed(permissions)}</ul>
<form method="post" action="${escape(action)}">${hidden('account', account)}\n${admin ? organisation : ''}
<p><button name="consent" value="1">Accept</button> <button name="cancel" value="1">Cancel</button></p>\n</form>`,
  )
}

/** Shown by Microsoft to a person whose consent does not count; the client never hears of it. */
export const adminApprovalPage = (description: string): Reply =>
  page(
    'Need admin approval',
    `<p>${escape(description)}</p>
<p>Please ask an admin to grant permission to this app before you can use it.</p>`,
    400,
  )

export const errorPage = (description: string): Reply =>
  page("Sorry, but we're having trouble signing you in.", `<p>${escape(description)}</p>`, 400)

export const messagePage = (title: string, link?: string): Reply =>
  page(title, link === undefined ? '' : `<p><a href="${escape(link)}">Continue</a></p>`)
