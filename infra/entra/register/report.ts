import { plain, plainLines } from '../../doctor/wire/plain-text.ts'
import { adminConsentUrl } from '../../hooks/consent/admin-consent.ts'
import type { Options } from './options.ts'
import type { Account } from './graph/sign-in.ts'

export type Report = {
  readonly made: (part: string, detail?: string) => void
  readonly changed: (part: string, detail?: string) => void
  readonly fine: (part: string, detail?: string) => void
  /** Something that only a person can decide; the run then ends with exit code 1. */
  readonly attention: (text: string) => void
  readonly attentions: readonly string[]
}

/** Says each part's state in a line as it becomes known. */
export const startReport = (print: (line: string) => void, dryRun: boolean): Report => {
  const attentions: string[] = []
  const line = (verb: string, part: string, detail?: string): void =>
    print(
      `  ${verb.padEnd(dryRun ? 14 : 9)}${part}${detail === undefined || detail === '' ? '' : `: ${plain(detail, 1000)}`}`,
    )
  return {
    made: (part, detail) => line(dryRun ? 'would make' : 'made', part, detail),
    changed: (part, detail) => line(dryRun ? 'would change' : 'changed', part, detail),
    fine: (part, detail) => line('ok', part, detail ?? 'already as it should be'),
    attention: (text) => void attentions.push(plainLines(text)),
    attentions,
  }
}

const NO_ADMINISTRATOR =
  'The check at the end of azd up asks for the role Administrator: run this again with --administrator <who deploys>, unless given.'

type Done = {
  readonly options: Pick<Options, 'administrators'>
  readonly account: Account
  readonly clientId: string
  /** What still lacks consent for the whole tenant. */
  readonly unconsented: readonly string[]
}

/** The last lines: what the person who deploys runs, and where an administrator consents; the same in every shell. */
export const nextSteps = ({ account, clientId, unconsented, options }: Done): string[] => {
  const address = adminConsentUrl({ authorityHost: account.authorityHost, tenantId: account.tenantId, clientId })
  const consent =
    unconsented.length === 0
      ? ['Consent for the whole tenant is given.']
      : [
          `Not consented to yet for the whole tenant: ${unconsented.join('; ')}. Until then people stop at "Need admin approval".`,
          'An administrator opens this address and accepts (or run this again with --grant-consent):',
          `  ${address}`,
        ]
  return [
    '',
    'For the person who deploys:',
    '  azd env set ENTRA_APP_MODE existing',
    `  azd env set ENTRA_EXISTING_CLIENT_ID ${clientId}`,
    '  azd up',
    ...(options.administrators.length > 0 ? [] : [NO_ADMINISTRATOR]),
    '',
    ...consent,
  ]
}
