import { randomBytes, randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { Satisfied } from '../behaviours.ts'
import type { Client, EntraContext, Session } from '../context.ts'
import { accountOf, accountsOf, clientNamed, findPerson } from '../context.ts'
import type { User } from '../directory/types.ts'
import type { Trace } from '../errors.ts'
import { CLAIMS_CHALLENGE, EntraError, describe } from '../errors.ts'
import type { Call, Parameters, Reply } from '../http.ts'
import { redirect, required, uniqueParameters } from '../http.ts'
import { parseApiScopes } from '../scopes.ts'
import type { ScopeRequest } from '../scopes.ts'
import { answerConsent } from './consent.ts'
import { accountPicker } from './pages.ts'

const PROMPTS = ['login', 'none', 'consent', 'select_account']
const claimsSchema = z.object({
  access_token: z.object({ capolids: z.object({ values: z.array(z.string()) }).optional() }).optional(),
})
const requestedPolicies = (claims: string): string[] =>
  claimsSchema.parse(JSON.parse(claims)).access_token?.capolids?.values ?? []
const POLICIES = requestedPolicies(CLAIMS_CHALLENGE)

/** An authorize request whose client and redirect URI are known to be good. */
type AuthorizeRequest = { readonly parameters: Parameters; readonly redirectUri: string; readonly client: Client }

function readRequest(context: EntraContext, call: Call): AuthorizeRequest {
  const parameters = uniqueParameters(call.url.searchParams)
  const client = clientNamed(context, required(parameters, 'client_id'))
  const redirectUri = required(parameters, 'redirect_uri')
  if (!client.application.web.redirectUris.includes(redirectUri)) throw new EntraError('AADSTS50011', redirectUri)
  return { parameters, redirectUri, client }
}

function back(request: AuthorizeRequest, values: Record<string, string>): Reply {
  const target = new URL(request.redirectUri)
  const state = request.parameters.get('state')
  for (const [name, value] of Object.entries(values)) target.searchParams.append(name, value)
  if (state !== undefined) target.searchParams.append('state', state)
  return redirect(target)
}

const INTERACTIVE = ['AADSTS65001', 'AADSTS50076', 'AADSTS50079']

/** `invalid_grant` is a word of the token endpoint only (RFC 6749 §4.1.2.1). */
function frontChannelError(error: EntraError): string {
  if (error.refusal.error !== 'invalid_grant') return error.refusal.error
  return INTERACTIVE.includes(error.code) ? 'interaction_required' : 'access_denied'
}

const backWithError = (request: AuthorizeRequest, error: EntraError, trace: Trace): Reply =>
  back(request, {
    error: frontChannelError(error),
    error_description: describe(error, randomUUID(), trace),
    error_uri: `${trace.entraUrl}/error?code=${error.code.slice('AADSTS'.length)}`,
  })

/** RFC 7636 §4.3, with S256 alone. */
function checkChallenge(parameters: Parameters): void {
  const challenge = parameters.get('code_challenge')
  const method = parameters.get('code_challenge_method')
  if (challenge === undefined && method === undefined) return
  if (challenge === undefined || method !== 'S256') throw new EntraError('AADSTS50147')
  if (!/^[\w-]{43}$/.test(challenge)) throw new EntraError('AADSTS501491')
}

function satisfiesPolicy(parameters: Parameters): boolean {
  const claims = parameters.get('claims')
  if (claims === undefined) return false
  try {
    return requestedPolicies(claims).some((policy) => POLICIES.includes(policy))
  } catch {
    throw new EntraError('AADSTS90023', "The parameter is 'claims'.")
  }
}

const satisfiedBy = (parameters: Parameters): Satisfied => ({
  policySatisfied: satisfiesPolicy(parameters),
  fresh: parameters.get('prompt') === 'login',
})

function checkParameters(context: EntraContext, { parameters, client }: AuthorizeRequest): void {
  if (required(parameters, 'response_type') !== 'code') throw new EntraError('AADSTS70005')
  if ((parameters.get('response_mode') ?? 'query') !== 'query') throw new EntraError('AADSTS70007')
  if (parameters.has('resource')) throw new EntraError('AADSTS9010010')
  const scopes = parseApiScopes(context, client, required(parameters, 'scope'))
  if (scopes.asked.length === 0 && !scopes.openid.includes('openid'))
    throw new EntraError('AADSTS70011', 'No resource is named.')
  checkChallenge(parameters)
  satisfiesPolicy(parameters)
  const prompt = parameters.get('prompt')
  if (prompt !== undefined && !PROMPTS.includes(prompt))
    throw new EntraError('AADSTS90023', "The parameter is 'prompt'.")
}

function issueCode(context: EntraContext, request: AuthorizeRequest, user: User): Reply {
  const { parameters, redirectUri, client } = request
  const session: Session = {
    sid: randomUUID(),
    person: accountOf(user),
    clientId: client.application.appId,
    ...satisfiedBy(parameters),
  }
  const code = `1.${randomBytes(48).toString('base64url')}`
  context.sessions.set(session.sid, session)
  context.codes.set(code, {
    session,
    redirectUri,
    scopes: required(parameters, 'scope').split(' '),
    challenge: parameters.get('code_challenge'),
    nonce: parameters.get('nonce'),
    issuedAt: context.now(),
    used: false,
  })
  return back(request, { code, session_state: randomUUID() })
}

/** Entra shows who may not sign in on a page of its own; `refuseBy: 'redirect'` sends the refusal to the client. */
async function meetBehaviour(context: EntraContext, request: AuthorizeRequest, upn: string, trace: Trace) {
  try {
    await context.behaviours.meet('authorize', upn, satisfiedBy(request.parameters))
  } catch (error) {
    const redirected = context.behaviours.get(upn, 'refuseBy') === 'redirect'
    if (error instanceof EntraError && error.code !== 'AADSTS90055' && redirected) {
      return backWithError(request, error, trace)
    }
    throw error
  }
  return undefined
}

/** Who may sign in, then what they or an administrator agreed to, then a code. */
async function signIn(context: EntraContext, request: AuthorizeRequest, upn: string, ask: Ask): Promise<Reply> {
  const user = findPerson(context, upn)
  if (!user) throw new EntraError('AADSTS50034')
  const refused = await meetBehaviour(context, request, user.userPrincipalName, ask.trace)
  if (refused) return refused
  const { client, parameters } = request
  const scopes: ScopeRequest = parseApiScopes(context, client, required(parameters, 'scope'))
  const prompt = parameters.get('prompt')
  try {
    const page = answerConsent(context, { client, scopes, user, prompt, form: ask.form, action: ask.action })
    return page ?? issueCode(context, request, user)
  } catch (error) {
    const returned = ['AADSTS65001', 'AADSTS65004', 'AADSTS90008', 'AADSTS650056', 'AADSTS650057']
    if (error instanceof EntraError && returned.includes(error.code)) return backWithError(request, error, ask.trace)
    throw error
  }
}

type Ask = { readonly trace: Trace; readonly form: Parameters; readonly action: string }
const actionOf = (call: Call) => call.url.pathname + call.url.search

/** The one person whose browser session can answer without a page. */
function sessionHolder(context: EntraContext, parameters: Parameters): string | undefined {
  const hint = parameters.get('login_hint')?.toLowerCase()
  const holders = accountsOf(context).filter(
    ({ upn }) => context.behaviours.get(upn, 'signedIn') === true && (hint === undefined || hint === upn),
  )
  return holders.length === 1 ? holders[0]?.upn : undefined
}

function picker(context: EntraContext, call: Call, parameters: Parameters): Reply {
  const hint = parameters.get('login_hint')?.toLowerCase()
  const accounts = accountsOf(context)
  const hinted = accounts.filter(({ upn }) => upn === hint)
  const others = accounts.filter(({ upn }) => upn !== hint)
  return accountPicker([...hinted, ...others], actionOf(call))
}

async function answerGet(context: EntraContext, call: Call, request: AuthorizeRequest, trace: Trace): Promise<Reply> {
  const { parameters } = request
  const prompt = parameters.get('prompt')
  const holder = sessionHolder(context, parameters)
  const stepUp = satisfiesPolicy(parameters)
  if (holder !== undefined && !stepUp && (prompt === undefined || prompt === 'none')) {
    return signIn(context, request, holder, { trace, form: new Map(), action: actionOf(call) })
  }
  if (prompt === 'none') {
    return backWithError(request, new EntraError(holder === undefined ? 'AADSTS50058' : 'AADSTS50076'), trace)
  }
  await context.behaviours.suffer('authorize')
  return picker(context, call, parameters)
}

async function answerPost(context: EntraContext, call: Call, request: AuthorizeRequest, trace: Trace): Promise<Reply> {
  const form = uniqueParameters(new URLSearchParams(call.body))
  if (form.has('cancel')) return backWithError(request, new EntraError('AADSTS65004'), trace)
  return signIn(context, request, required(form, 'account'), { trace, form, action: actionOf(call) })
}

/** GET and POST /{tenant}/oauth2/v2.0/authorize. @throws EntraError, shown as a page (the client is not to be trusted) */
export async function authorize(context: EntraContext, call: Call, trace: Trace): Promise<Reply> {
  if (call.method === 'GET') context.counters.authorize += 1
  const request = readRequest(context, call)
  try {
    checkParameters(context, request)
  } catch (error) {
    if (error instanceof EntraError) return backWithError(request, error, trace)
    throw error
  }
  const answer = call.method === 'GET' ? answerGet : answerPost
  return answer(context, call, request, trace)
}
