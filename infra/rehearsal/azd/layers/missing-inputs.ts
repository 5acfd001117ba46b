import { AzdError } from '../errors.ts'
import type { Declared } from './parameters.ts'

export type MissingInput = {
  readonly name: string
  readonly variables: readonly string[]
  readonly definition: Declared
}

const RULE = '─'.repeat(62)

const describe = ({ name, variables, definition }: MissingInput): string[] => [
  `• ${name}`,
  ...(variables.length === 0 ? [] : [`    Environment variable: ${variables.join(', ')}`]),
  `    Environment configuration key: infra.parameters.${name}`,
  `    Type: ${definition.type}`,
  ...(definition.allowedValues === undefined
    ? []
    : [`    Constraints:`, `        Allowed values: ${definition.allowedValues.map(String).join(', ')}`]),
  ...(definition.description === undefined ? [] : [`    Description: ${definition.description}`]),
  '',
]

/** What azd prints when it may not ask: its pkg/infra/provisioning/bicep/missing_inputs.go, in substance. */
export const missingInputs = (inputs: readonly MissingInput[]): AzdError =>
  new AzdError(
    'missing required inputs',
    [
      RULE,
      'Provision cannot continue (interactive prompts disabled)',
      RULE,
      '',
      inputs.length === 1 ? '1 required input is missing.' : `${inputs.length} required inputs are missing.`,
      '',
      ...inputs.flatMap(describe),
      'azd env set <ENV_VAR_NAME> <value>, then re-run: azd provision',
    ].join('\n'),
  )
