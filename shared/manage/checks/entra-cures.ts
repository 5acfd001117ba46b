import type { CheckCode } from '../finding.ts'

/** What the sentences name: ids and addresses of this deployment, none of them secret. */
export type Deployment = {
  readonly tenantId: string
  readonly clientId: string
  readonly dataverseUrl: string
  /** Of the tokens that the managed identity is given. */
  readonly issuer: string
  /** Of the tokens that Entra exchanges. */
  readonly exchangeAudience: string
}

export type Cure = {
  readonly code: CheckCode
  /** Where the app itself is meant and not a person; else the table of codes says it. */
  readonly says?: string
  readonly means: string
  readonly fix: (deployment: Deployment) => string
}

const NOBODY = 'Nobody can sign in, and whoever is connected is cut off when the access token ends.'
const CREDENTIALS = 'Entra admin centre, App registrations, the app, Certificates & secrets'
const RENEW =
  'Run: azd provision entra --no-state; or, where an administrator made the registration: npm run register-app.'
const byHand = (member: string, value: string) => `By hand: ${CREDENTIALS}, Federated credentials, ${member}: ${value}.`
const subject = byHand('Subject identifier', 'what “azd env get-value MANAGED_IDENTITY_PRINCIPAL_ID” prints')
const NEW_SECRET = `Make a new one in ${CREDENTIALS}, put it into the key vault under the name in ENTRA_CLIENT_SECRET_NAME, and wait ten minutes or restart the app. Better: ENTRA_CREDENTIAL=managed-identity, which needs none.`

/** @see https://learn.microsoft.com/entra/identity-platform/reference-error-codes */
export const CURES: Readonly<Record<number, Cure>> = {
  70021: {
    code: 'federated-credential-missing',
    means: `Entra does not know this app’s managed identity. ${NOBODY}`,
    fix: () => `${RENEW} ${subject}`,
  },
  700211: {
    code: 'federated-issuer',
    means: `The federated credential was made for another tenant or cloud. ${NOBODY}`,
    fix: ({ issuer }) => `${RENEW} ${byHand('Issuer', issuer)}`,
  },
  700213: {
    code: 'federated-subject',
    means: `The managed identity was made anew, or the registration trusts another one. ${NOBODY}`,
    fix: () => `${RENEW} ${subject}`,
  },
  700212: {
    code: 'federated-audience',
    means: `The federated credential was made for another use or another cloud. ${NOBODY}`,
    fix: ({ exchangeAudience }) => `${RENEW} ${byHand('Audience', exchangeAudience)}`,
  },
  700222: {
    code: 'federated-token-refused',
    means: `The credential must be a user-assigned managed identity of this tenant. ${NOBODY}`,
    fix: () => RENEW,
  },
  7000215: {
    code: 'secret-wrong',
    means: `The secret in the vault is not one of the registration; often its id was stored in place of its value. ${NOBODY}`,
    fix: () => NEW_SECRET,
  },
  7000222: {
    code: 'secret-expired',
    means: NOBODY,
    fix: () => NEW_SECRET,
  },
  7000218: {
    code: 'credential-missing',
    means: NOBODY,
    fix: () =>
      'Set ENTRA_CREDENTIAL to managed-identity (azd env set ENTRA_CREDENTIAL managed-identity), and run: azd provision platform --no-state.',
  },
  700027: {
    code: 'certificate-unknown',
    means: NOBODY,
    fix: () =>
      `Upload the certificate in ${CREDENTIALS}, Certificates; the key vault must hold that one with its private key, under the name in ENTRA_CERTIFICATE_SECRET_NAME.`,
  },
  700024: {
    code: 'assertion-out-of-time',
    means: `The clock of this server and Entra’s differ, or the identity’s token is stale. ${NOBODY}`,
    fix: () =>
      'Restart the app: az functionapp restart, with --name FUNCTION_APP_NAME and --resource-group AZURE_RESOURCE_GROUP of “azd env get-values”.',
  },
  700016: {
    code: 'app-missing',
    means: `ENTRA_CLIENT_ID names a registration that was deleted, or that is of another tenant. ${NOBODY}`,
    fix: ({ clientId, tenantId }) =>
      `Compare: az ad app show --id ${clientId}, signed in to tenant ${tenantId}. If it is gone: azd provision entra --no-state, then azd provision platform.`,
  },
  7000229: {
    code: 'app-missing',
    means: `The registration exists, and its enterprise application does not. ${NOBODY}`,
    fix: ({ clientId }) => `Run: az ad sp create --id ${clientId}; then ${RENEW.replace('Run', 'run')}`,
  },
  7000112: {
    code: 'app-disabled',
    means: `Somebody switched sign-in off. ${NOBODY}`,
    fix: () => 'Entra admin centre, Enterprise applications, the app, Properties, Enabled for users to sign in: Yes.',
  },
  90002: {
    code: 'tenant-missing',
    means: `ENTRA_TENANT_ID or ENTRA_AUTHORITY_HOST is wrong. ${NOBODY}`,
    fix: () =>
      'Run: azd provision identity --no-state, then azd provision platform --no-state; both take the tenant of your subscription.',
  },
  53003: {
    code: 'conditional-access',
    says: 'a Conditional Access policy blocks the application',
    means: `A policy for workload identities holds for this app. ${NOBODY}`,
    fix: () =>
      'Entra admin centre, Conditional Access, Policies: exclude this app’s service principal, or admit the addresses that the function app sends from.',
  },
  500011: {
    code: 'dataverse-not-in-tenant',
    means: `The app’s own proof was accepted, but DATAVERSE_URL is misspelt or of another tenant, or the tenant has no Dynamics 365. ${NOBODY}`,
    fix: ({ dataverseUrl }) =>
      `Compare ${dataverseUrl} with the address in the Power Platform admin centre, Environments; then: azd env set DATAVERSE_URL <address>, and azd provision platform.`,
  },
}

/** Codes with the cure of another one. */
export const SAME: Readonly<Record<number, number>> = {
  70025: 70021,
  7002121: 700212,
  7002138: 700213,
  700226: 700222,
  700227: 700222,
  70002: 7000215,
  50012: 700027,
  650052: 500011,
}

export const UNKNOWN: Omit<Cure, 'says'> = {
  code: 'entra-refused',
  means: NOBODY,
  fix: () =>
    'Look the code up at https://login.microsoftonline.com/error, and in the Entra admin centre, Sign-in logs, Service principal sign-ins.',
}
