/** What a refusal is about, where it is about the person who signs in. */
export type PersonKind =
  | 'consent-missing'
  | 'claims-required'
  | 'not-assigned'
  | 'conditional-access'
  | 'wrong-account'
  | 'account-disabled'
  | 'session-ended'
  | 'fresh-sign-in'
  | 'sign-in-again'
  | 'cancelled'
  | 'not-let-in'

/** What a refusal is about, where only whoever runs the deployment can mend it. */
export type SetUpKind =
  | 'app-missing'
  | 'app-disabled'
  | 'tenant-missing'
  | 'registration-incomplete'
  | 'request-not-accepted'
  | 'resource-missing'
  | 'proof-not-accepted'
  | 'assertion-not-accepted'
  | 'clocks-differ'
  | 'not-renewable'
  | 'set-up-fault'

/** What time alone mends. */
export type PassingKind = 'throttled' | 'unavailable'
export type EntraKind = PersonKind | SetUpKind | PassingKind

/** The number of a refusal, and what Microsoft says by it, for whoever runs the deployment. */
export type CodeMeaning = { readonly kind: EntraKind; readonly says?: string }

const PERSONS: Readonly<Record<PersonKind, readonly number[]>> = {
  'consent-missing': [65001, 90094, 90095],
  'claims-required': [],
  'not-assigned': [50105],
  'conditional-access': [
    ...[50002, 50005, 50097, 50129, 50131, 50155, 50187, 53000, 53001, 53002, 53003, 53004, 53005, 53009, 53010, 53011],
    ...[54000, 135011, 500021, 500022, 500212, 500213, 530003, 530031, 530032, 530034, 530035],
  ],
  'wrong-account': [16000, 16003, 50014, 50020, 50034, 51004, 90072, 500208],
  'account-disabled': [50053, 50057, 500341],
  'session-ended': [50089, 54005, 70000, 70008, 700081, 700082, 700084],
  'fresh-sign-in': [50078, 50132, 50133, 50173, 70043],
  'sign-in-again': [50055, 50058, 50072, 50074, 50076, 50079, 50125, 50135, 50140, 50144, 50158, 700020],
  cancelled: [65004],
  'not-let-in': [],
}

const SET_UP: readonly (readonly [SetUpKind, Readonly<Record<number, string>>])[] = [
  [
    'app-missing',
    {
      700016: 'there is no such application in the tenant',
      700011: 'there is no such application in the tenant',
      7000229: 'the application has no service principal in the tenant',
    },
  ],
  [
    'app-disabled',
    {
      70001: 'the application is disabled',
      1000031: 'the application can’t be accessed at this time',
      7000112: 'the application is disabled',
    },
  ],
  ['tenant-missing', { 90002: 'there is no such tenant' }],
  [
    'registration-incomplete',
    {
      50011: 'the redirect address is not one of the registration',
      65005: 'the registration does not list the permission that was asked for',
      90008: 'the registration must list Microsoft Graph User.Read, and somebody must consent to it',
      650053: 'the permission that was asked for does not exist at the resource',
      650054: 'a permission of the registration is of a resource that is no longer there',
      650056: 'the registration lists no permission, or nobody consented to it',
      650057: 'the registration does not list the resource that was asked for',
      7000114: 'the application may not exchange tokens on behalf of people',
    },
  ],
  [
    'request-not-accepted',
    {
      28000: 'the request names more than one resource',
      70011: 'the scope of the request is not valid',
      90009: 'the application names itself by another name than its client id',
      901002: 'the request holds a parameter “resource”, which this server never sends',
      900144: 'the request lacks a parameter',
      9000411: 'the request holds a parameter twice',
      9010010: 'the request holds a parameter “resource”, which this server never sends, and another scope',
    },
  ],
  [
    'resource-missing',
    {
      50001: 'the tenant knows no such Dynamics 365 environment, or it is disabled',
      500011: 'the tenant knows no such Dynamics 365 environment',
      500014: 'the service principal of Dynamics 365, or of this app, is disabled in the tenant',
      650052: 'the organisation has not subscribed to Dynamics 365, or not enabled it',
    },
  ],
  [
    'proof-not-accepted',
    {
      50012: 'it does not know the certificate, or what was signed with it',
      70002: 'the client secret is wrong',
      70021: 'the registration has no federated credential that fits',
      70025: 'the registration has no federated credential',
      700025: 'the application is registered as a public client, which has no credential',
      700027: 'it does not know the certificate, or what was signed with it',
      700030: 'the certificate’s subject is not authorised',
      700211: 'no federated credential of the registration has this issuer',
      700212: 'no federated credential of the registration has this audience',
      700213: 'no federated credential of the registration has this subject',
      7002138: 'the federated credential of the registration has this subject in other capitals',
      700222: 'it takes no such token for a federated credential',
      700226: 'it takes no such token for a federated credential',
      700227: 'it takes no such token for a federated credential',
      7000215: 'the client secret is wrong',
      7000218: 'the request held neither a secret nor an assertion',
      7000222: 'the client secret has expired',
      7002121: 'no federated credential of the registration has this audience',
    },
  ],
  ['clocks-differ', { 700024: 'the assertion is outside its time' }],
]

/** Refusals of the person's token that this app hands on: its own fault only where Entra has just given that token. */
const ASSERTIONS: Readonly<Record<number, CodeMeaning>> = {
  50013: { kind: 'assertion-not-accepted', says: 'the token that this server handed on is not valid' },
  500131: { kind: 'assertion-not-accepted', says: 'the token that this server handed on is for another audience' },
  500133: { kind: 'clocks-differ', says: 'the token that this server handed on is outside its time' },
}

const THROTTLED: readonly number[] = [50088, 50166, 50196, 90055]

const CODES: ReadonlyMap<number, CodeMeaning> = new Map<number, CodeMeaning>([
  ...Object.entries(PERSONS).flatMap(([kind, numbers]) =>
    numbers.map((number) => [number, { kind: kind as PersonKind }] as const),
  ),
  ...SET_UP.flatMap(([kind, meanings]) =>
    Object.entries(meanings).map(([number, says]) => [Number(number), { kind, says }] as const),
  ),
  ...Object.entries(ASSERTIONS).map(([number, meaning]) => [Number(number), meaning] as const),
  ...THROTTLED.map((number) => [number, { kind: 'throttled' }] as const),
])

/**
 * The one table of numbers. A number chooses what a page says, and marks what is no matter of the person's; it never
 * ends anybody's session, since no such list is ever complete.
 * @see https://learn.microsoft.com/entra/identity-platform/reference-error-codes
 */
export const meaningOf = (number: number | undefined): CodeMeaning | undefined =>
  number === undefined ? undefined : CODES.get(number)

const SET_UP_NUMBERS: ReadonlySet<number> = new Set(
  SET_UP.flatMap(([, meanings]) => Object.keys(meanings).map((number) => Number(number))),
)
export const isSetUpNumber = (number: number | undefined): boolean => number !== undefined && SET_UP_NUMBERS.has(number)

export const isAssertionNumber = (number: number | undefined): boolean =>
  number !== undefined && Object.hasOwn(ASSERTIONS, number)

/** Those for which the troubleshooting page must have a row. */
export const setUpNumbers = (): readonly number[] => [...SET_UP_NUMBERS, ...Object.keys(ASSERTIONS).map(Number)]
