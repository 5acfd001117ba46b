import { expireCookie } from '../../http/headers/cookies.ts'
import type { Endpoint, Outgoing } from '../../http/message.ts'
import type { Branding, RenderPage } from '../../http/pages/page.ts'
import { connectionsContent } from './connections-page.ts'
import { type ConnectionsDeps, connectionsOf } from './connections.ts'
import { signInContent, TITLE } from './sign-in-page.ts'
import { formProof, readVisit, VISIT_COOKIE, visitCookie, type Visitor } from './visitor.ts'

export type MeDeps = ConnectionsDeps & {
  readonly issuer: string
  readonly page: RenderPage
  readonly branding: Branding
  /** Whether records may be written here. */
  readonly writes: boolean
  readonly signOutUrl: string
}

/** What a visit is read and written with. */
export const visitDeps = ({ grantDeps: { keys, now }, issuer }: Pick<MeDeps, 'grantDeps' | 'issuer'>) => ({
  keys,
  now,
  issuer,
})

/**
 * `GET /me`: a person's own connections. It changes nothing, so that a foreign page that leads here gains nothing. The
 * access rules are not asked: who may no longer use the app must still see and end what they connected.
 */
export function meEndpoint(deps: MeDeps): Endpoint {
  return async ({ cookies }) => {
    const visitor = await readVisit(visitDeps(deps), cookies)
    if (visitor === undefined || visitor === 'ended') return signInPage(deps, 200, visitor === 'ended')
    return showConnections(deps, visitor)
  }
}

/** @param isOver whether somebody was signed in before */
export function signInPage({ page, branding }: MeDeps, status: number, isOver: boolean): Outgoing {
  const content = signInContent(branding.name, isOver)
  return page({ status, title: TITLE, content, cookies: isOver ? [expireCookie(VISIT_COOKIE)] : [] })
}

async function showConnections(deps: MeDeps, { notice, ...visitor }: Visitor): Promise<Outgoing> {
  const { page, branding, writes, signOutUrl, grantDeps } = deps
  const connections = await connectionsOf(deps, visitor)
  const content = connectionsContent({
    ...connections,
    notice,
    signOutUrl,
    writes,
    brand: branding.name,
    username: visitor.username,
    proof: await formProof(grantDeps, visitor),
    now: grantDeps.now(),
  })
  // What was said once is not said again.
  const cookies = notice === undefined ? [] : [await visitCookie(visitDeps(deps), visitor)]
  return page({ status: 200, title: TITLE, content, cookies })
}
