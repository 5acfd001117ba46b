import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AzdError } from '../errors.ts'
import { marshalDotenv, parseDotenv } from './dotenv.ts'

/** Written by us alone, so not parsed with zod, which would be half of what each `azd` of a hook costs. */
type State = { readonly version?: number; readonly defaultEnvironment?: string }

const folderOf = (projectDir: string): string => join(projectDir, '.azure')

/** azd's pkg/environment/environment.go: letters, digits, - ( ) _ . and at most 64 of them. */
const NAME = /^[a-zA-Z0-9-()_.]{1,64}$/

const missing = (name: string): AzdError =>
  new AzdError(`environment '${name}' does not exist. You can create it with "azd env new ${name}"`)

/** One `.azure/<name>`: `.env` and config.json. Read from disk at each use: hooks write to it in processes of their own. */
export class Environment {
  readonly name: string
  private readonly folder: string

  constructor(projectDir: string, name: string) {
    this.name = name
    this.folder = join(folderOf(projectDir), name)
    if (!existsSync(this.folder)) throw missing(name)
  }

  values(): Map<string, string> {
    const file = join(this.folder, '.env')
    return existsSync(file) ? parseDotenv(readFileSync(file, 'utf8')) : new Map<string, string>()
  }

  /** Adds to what is on disk now. */
  merge(values: Readonly<Record<string, string>>): void {
    this.write(new Map([...this.values(), ...Object.entries(values)]))
  }

  remove(names: readonly string[]): void {
    this.write(new Map([...this.values()].filter(([name]) => !names.includes(name))))
  }

  /** `infra.parameters.<name>` of config.json: what azd once asked for and kept. */
  configured(parameter: string): unknown {
    const file = join(this.folder, 'config.json')
    if (!existsSync(file)) return undefined
    const config = JSON.parse(readFileSync(file, 'utf8')) as { infra?: { parameters?: Record<string, unknown> } }
    return config.infra?.parameters?.[parameter]
  }

  private write(values: ReadonlyMap<string, string>): void {
    writeFileSync(join(this.folder, '.env'), `${marshalDotenv(values)}\n`)
  }
}

export const environmentNames = (projectDir: string): string[] =>
  existsSync(folderOf(projectDir))
    ? readdirSync(folderOf(projectDir), { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => name)
        .sort()
    : []

export const defaultEnvironment = (projectDir: string): string | undefined => {
  const file = join(folderOf(projectDir), 'config.json')
  if (!existsSync(file)) return undefined
  return (JSON.parse(readFileSync(file, 'utf8')) as State).defaultEnvironment
}

export const selectEnvironment = (projectDir: string, name: string): void => {
  if (!environmentNames(projectDir).includes(name)) throw missing(name)
  writeFileSync(join(folderOf(projectDir), 'config.json'), JSON.stringify({ version: 1, defaultEnvironment: name }))
}

/** `azd env new`: makes it and selects it. */
export const createEnvironment = (
  projectDir: string,
  name: string,
  values: Readonly<Record<string, string>>,
): Environment => {
  if (!NAME.test(name))
    throw new AzdError(
      `environment name '${name}' is invalid (it should contain only alphanumeric characters and hyphens)`,
    )
  if (environmentNames(projectDir).includes(name)) throw new AzdError(`environment '${name}' already exists`)
  mkdirSync(join(folderOf(projectDir), name), { recursive: true })
  selectEnvironment(projectDir, name)
  const environment = new Environment(projectDir, name)
  environment.merge({ AZURE_ENV_NAME: name, ...values })
  return environment
}

export const removeEnvironment = (projectDir: string, name: string): void =>
  rmSync(join(folderOf(projectDir), name), { recursive: true, force: true })
