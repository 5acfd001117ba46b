export type CheckName =
  | 'storage'
  | 'vault'
  | 'entra-credential'
  | 'dataverse'
  | 'clock'
  | 'reports'
  | 'terms'
  | 'settings'

/** Every fault that a check can name; a name is never used for another fault. */
export type CheckCode =
  | 'storage-forbidden'
  | 'storage-closed'
  | 'storage-unreachable'
  | 'storage-failed'
  | 'identity-missing'
  | 'vault-forbidden'
  | 'vault-closed'
  | 'vault-unreachable'
  | 'vault-failed'
  | 'key-missing'
  | 'key-weak'
  | 'key-old'
  | 'index-key-replaced'
  | 'federated-credential-missing'
  | 'federated-issuer'
  | 'federated-subject'
  | 'federated-audience'
  | 'federated-token-refused'
  | 'secret-wrong'
  | 'secret-expired'
  | 'credential-missing'
  | 'certificate-unknown'
  | 'assertion-out-of-time'
  | 'app-missing'
  | 'app-disabled'
  | 'tenant-missing'
  | 'conditional-access'
  | 'dataverse-not-in-tenant'
  | 'entra-refused'
  | 'entra-unreachable'
  | 'dataverse-unreachable'
  | 'dataverse-unavailable'
  | 'not-dataverse'
  | 'dataverse-other-tenant'
  | 'dataverse-tenant-unsaid'
  | 'clock-wrong'
  | 'clock-unknown'
  | 'report-refused'
  | 'reports-unreadable'
  | 'reports-cut'
  | 'term-refused'
  | 'terms-unreadable'
  | 'terms-cut'
  | 'loopback-open'
  | 'loopback-path-open'
  | 'scope-of-another-app'
  | 'telemetry-off'
  | 'setting-retired'
  | 'hides-unmatched'
  | 'writes-unmatched'
  | 'writes-hidden'
  | 'writes-unaudited'
  | 'writes-without-audit'
  | 'check-timed-out'
  | 'check-broke'

/** What a check found. Constant sentences of ours, numbers, names of settings and codes: no secret, no personal field. */
export type Verdict =
  | { readonly status: 'ok'; readonly found: string }
  | {
      readonly status: 'warning' | 'failed'
      readonly code: CheckCode
      readonly found: string
      readonly means: string
      /** The exact command or click that mends it. */
      readonly fix: string
    }

export type Finding = { readonly name: CheckName } & Verdict

type Trouble = { readonly code: CheckCode; readonly found: string; readonly means: string; readonly fix: string }

export const ok = (found: string): Verdict => ({ status: 'ok', found })
export const failed = (trouble: Trouble): Verdict => ({ status: 'failed', ...trouble })
export const warning = (trouble: Trouble): Verdict => ({ status: 'warning', ...trouble })

/** One thing that is looked at. `run` may throw: that is a finding, too. */
export type Check = { readonly name: CheckName; readonly run: () => Promise<readonly Verdict[]> }
