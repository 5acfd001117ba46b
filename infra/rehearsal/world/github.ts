import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Ran } from '../azd/context.ts'
import { parseDotenv } from '../azd/environment/dotenv.ts'

/** Of one variable of a repository, an environment or an organization. */
const MOST_BYTES = 48 * 1024
const ISSUER = 'https://token.actions.githubusercontent.com'

type Claims = { readonly issuer: string; readonly subject: string; readonly audience: string }

/**
 * A repository that was made after 15 July 2026, when the names in a subject got their ids.
 * @see https://docs.github.com/actions/reference/security/oidc#immutable-subject-claims
 */
export class GitHub {
  /** Of each environment. Names that GitHub takes: letters, digits and underscores. */
  readonly variables = new Map<string, Map<string, string>>()
  readonly prefix = 'repo:Harbour-Pine@5544123/crm-mcp@821093847'
  private readonly projectDir: string

  constructor(projectDir: string) {
    this.projectDir = projectDir
  }

  /** What a job tells whom it signs in to: with an environment that is the subject, whatever ref it runs from. */
  proof(job: { readonly environment: string } | { readonly ref: string }, audience: string): Claims {
    const context = 'environment' in job ? `environment:${job.environment}` : `ref:${job.ref}`
    return { issuer: ISSUER, subject: `${this.prefix}:${context}`, audience }
  }

  /** `gh`, as far as the project's pages type it; all else is refused. */
  run(args: readonly string[]): Ran {
    try {
      return { code: 0, output: this.answer(args) }
    } catch (error) {
      return { code: 1, output: `${error instanceof Error ? error.message : String(error)}\n` }
    }
  }

  private answer(args: readonly string[]): string {
    const command = args.slice(0, 2).join(' ')
    if (command === 'variable set') return this.setVariables(args.slice(2))
    if (command === 'api repos/{owner}/{repo}/actions/oidc/customization/sub') {
      const answer = { use_default: true, use_immutable_subject: false, sub_claim_prefix: this.prefix }
      return `${JSON.stringify(answer)}\n`
    }
    throw new Error(`unknown command "${args.join(' ')}" for "gh"`)
  }

  /** @see https://cli.github.com/manual/gh_variable_set */
  private setVariables(args: readonly string[]): string {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        env: { type: 'string', short: 'e' },
        'env-file': { type: 'string', short: 'f' },
        body: { type: 'string', short: 'b' },
      },
    })
    const { env = '', body, 'env-file': file } = values
    const [name] = positionals
    if (file !== undefined && body !== undefined) throw new Error('specify only one of `--body` or `--env-file`')
    if (file === undefined && name === undefined) throw new Error('must pass name argument')
    const given =
      file === undefined
        ? new Map([[name ?? '', body ?? '']])
        : parseDotenv(readFileSync(join(this.projectDir, file), 'utf8'))
    const all = this.variables.get(env) ?? new Map<string, string>()
    for (const [key, value] of given) {
      if (!/^(?!GITHUB_)[a-z_]\w*$/i.test(key))
        throw new Error(`failed to set variable "${key}": HTTP 422: invalid name`)
      if (value === '' || Buffer.byteLength(value) > MOST_BYTES)
        throw new Error(`failed to set variable "${key}": HTTP 422: value is empty or too long`)
      all.set(key, value)
    }
    this.variables.set(env, all)
    return [...given.keys()].map((key) => `✓ Created variable ${key} for environment ${env}\n`).join('')
  }
}
