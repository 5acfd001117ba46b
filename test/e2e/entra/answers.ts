import type { ProblemKind } from '../../../shared/oauth/callback/problems.ts'

/** Where Entra can say it: in the browser's redirect, and at its token endpoint. */
export type Step = 'authorize' | 'token.authorization_code' | 'token.refresh_token' | 'token.obo'

export type EntraSays = {
  readonly number: number
  readonly error: string
  readonly status?: number
  readonly suberror?: string
  readonly claims?: boolean
  /** Who has to do something at a refresh: the person (`invalid_grant`), the administrator, nobody. */
  readonly matterOf: 'person' | 'deployment' | 'nobody'
  /** What a sign-in ends with. */
  readonly page: ProblemKind
  readonly at: readonly Step[]
}

const CODE = 'token.authorization_code'
const RENEW = 'token.refresh_token'
const OBO = 'token.obo'
const TOKEN = [CODE, RENEW, OBO] as const
const EXCHANGE = [RENEW, OBO] as const

type Rest = Pick<EntraSays, 'suberror' | 'claims' | 'status'>
const person = (
  number: number,
  page: ProblemKind,
  error = 'invalid_grant',
  at: readonly Step[] = TOKEN,
  rest: Rest = {},
): EntraSays => ({ number, error, page, at, matterOf: 'person', ...rest })
const deployment = (
  number: number,
  page: ProblemKind,
  error: string,
  at: readonly Step[] = TOKEN,
  rest: Rest = {},
): EntraSays => ({ number, error, page, at, matterOf: 'deployment', ...rest })
const nobody = (number: number, page: ProblemKind, error: string, rest: Rest = {}): EntraSays => ({
  number,
  error,
  page,
  at: TOKEN,
  matterOf: 'nobody',
  ...rest,
})
const PROOF: Rest = { status: 401 }
const STEP_UP: Rest = { suberror: 'basic_action', claims: true }

/** @see https://learn.microsoft.com/entra/identity-platform/reference-error-codes, for `error` also the v2 protocol pages */
export const ENTRA_SAYS: readonly EntraSays[] = [
  person(16000, 'wrong-account', 'interaction_required'),
  person(50020, 'wrong-account'),
  person(50034, 'wrong-account'),
  person(50053, 'account-disabled'),
  person(50055, 'sign-in-again', 'invalid_grant', TOKEN, { suberror: 'user_password_expired' }),
  person(50057, 'account-disabled'),
  person(50058, 'sign-in-again', 'login_required', EXCHANGE),
  person(50072, 'sign-in-again', 'interaction_required'),
  person(50074, 'sign-in-again', 'interaction_required'),
  person(50076, 'claims-required', 'interaction_required', EXCHANGE, STEP_UP),
  person(50078, 'fresh-sign-in', 'interaction_required'),
  person(50079, 'claims-required', 'interaction_required', EXCHANGE, STEP_UP),
  person(50097, 'conditional-access', 'interaction_required'),
  person(50105, 'not-assigned'),
  person(50126, 'not-let-in'),
  person(50129, 'conditional-access'),
  person(50131, 'conditional-access'),
  person(50132, 'fresh-sign-in'),
  person(50133, 'fresh-sign-in'),
  person(50144, 'sign-in-again'),
  person(50158, 'claims-required', 'interaction_required', EXCHANGE, { claims: true }),
  person(50173, 'fresh-sign-in', 'invalid_grant', TOKEN, { suberror: 'bad_token' }),
  person(500341, 'account-disabled'),
  person(53000, 'conditional-access', 'invalid_grant', TOKEN, { suberror: 'additional_action' }),
  person(53001, 'conditional-access'),
  person(53003, 'conditional-access', 'invalid_grant', TOKEN, { suberror: 'message_only', claims: true }),
  person(53004, 'conditional-access'),
  person(53011, 'conditional-access'),
  person(530032, 'conditional-access'),
  person(54005, 'session-ended', 'invalid_grant', [CODE]),
  person(65001, 'consent-missing', 'invalid_grant', TOKEN, { suberror: 'consent_required' }),
  person(65001, 'consent-missing', 'consent_required', EXCHANGE),
  person(70000, 'session-ended'),
  person(70008, 'session-ended', 'invalid_grant', TOKEN, { suberror: 'bad_token' }),
  person(70043, 'fresh-sign-in', 'invalid_grant', TOKEN, { suberror: 'token_expired' }),
  person(700082, 'session-ended', 'invalid_grant', [RENEW], { suberror: 'bad_token' }),
  person(700084, 'session-ended', 'invalid_grant', [RENEW]),
  person(90072, 'wrong-account'),
  person(135011, 'conditional-access'),
  person(501481, 'not-let-in', 'invalid_grant', [CODE]),
  person(8765432, 'not-let-in'),
  person(50013, 'not-let-in', 'invalid_grant', [RENEW]),
  deployment(50001, 'resource-missing', 'invalid_resource'),
  deployment(500011, 'resource-missing', 'invalid_resource'),
  deployment(500014, 'resource-missing', 'invalid_resource'),
  deployment(650052, 'resource-missing', 'invalid_client'),
  deployment(650057, 'registration-incomplete', 'invalid_resource'),
  deployment(65005, 'registration-incomplete', 'invalid_client'),
  deployment(700016, 'app-missing', 'unauthorized_client'),
  deployment(7000112, 'app-disabled', 'unauthorized_client'),
  deployment(70025, 'proof-not-accepted', 'invalid_client', TOKEN, PROOF),
  deployment(700213, 'proof-not-accepted', 'invalid_client', TOKEN, PROOF),
  deployment(7000215, 'proof-not-accepted', 'invalid_client', TOKEN, PROOF),
  deployment(7000222, 'proof-not-accepted', 'invalid_client', TOKEN, PROOF),
  deployment(700024, 'clocks-differ', 'invalid_client', TOKEN, PROOF),
  deployment(90002, 'tenant-missing', 'invalid_request'),
  deployment(90009, 'request-not-accepted', 'invalid_request', [CODE, RENEW]),
  deployment(50013, 'assertion-not-accepted', 'invalid_grant', [OBO]),
  deployment(500131, 'assertion-not-accepted', 'invalid_grant', [OBO]),
  deployment(500133, 'clocks-differ', 'invalid_grant', [OBO]),
  deployment(8765433, 'set-up-fault', 'invalid_client'),
  nobody(50196, 'throttled', 'invalid_request'),
  nobody(90055, 'throttled', 'temporarily_unavailable', { status: 429 }),
  nobody(90033, 'unavailable', 'temporarily_unavailable', { status: 503 }),
  nobody(90012, 'unavailable', 'server_error', { status: 504 }),
  nobody(90023, 'request-not-accepted', 'invalid_request'),
  nobody(8765434, 'unavailable', 'something_new'),
]

/** What the sandbox takes for `refuse`. */
export const refusalOf = ({ number, error, status, suberror, claims }: EntraSays) => ({
  number,
  error,
  ...(status === undefined ? {} : { status }),
  ...(suberror === undefined ? {} : { suberror }),
  ...(claims === undefined ? {} : { claims }),
})
