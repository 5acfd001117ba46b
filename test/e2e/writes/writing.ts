import type { Session } from '../support/oauth.ts'

/** Of an app where something may be written, by whoever has the role. */
export const WRITING = {
  WRITES: 'on',
  WRITE_ROLES: 'Crm.Write',
  WRITE_POLICY: JSON.stringify({
    tables: {
      task: { create: true, update: ['subject'] },
      annotation: { create: ['subject', 'notetext', 'objectid'] },
      opportunity: { update: ['estimatedvalue', 'description'] },
      hp_visitreport: { create: true },
    },
  }),
} as const

export const READ = 'dynamics.read'
export const WRITE = 'dynamics.write'
export const BOTH = `${READ} ${WRITE}`

/** A call that every client can make, and that no person without right or agreement gets an answer to. */
export const PREVIEW = [
  'preview_change',
  { entity: 'task', changes: [{ column: 'subject', to: 'Call back' }] },
] as const

export const challengeOf = (issuer: string): string =>
  `Bearer error="insufficient_scope", error_description="Changing records needs the permission dynamics.write", scope="${BOTH}", resource_metadata="${issuer}/.well-known/oauth-protected-resource/mcp"`

type Told = { readonly structuredContent?: unknown }
/** The code of a tool's error; `undefined` for a result that is none. */
export const codeOf = ({ structuredContent }: Told): string | undefined =>
  (structuredContent as { error?: { code: string } } | undefined)?.error?.code

export const REFUSED = ['insufficient_scope', 'write_not_allowed']
export type Connected = Pick<Session, 'access' | 'refresh' | 'grantId'>
