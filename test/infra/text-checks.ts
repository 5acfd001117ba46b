import { readdirSync, readFileSync, existsSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { SETTINGS } from '../../shared/config/settings.ts'
import { checkHookVariables } from './azd/hook-variables.ts'
import { checkPaths } from './azd/paths.ts'
import { checkPlaceholders } from './azd/placeholders.ts'
import { readProject } from './azd/project.ts'

export const ROOT = join(import.meta.dirname, '../..')
const INFRA = join(ROOT, 'infra')

/** One file per provisioning layer of azure.yaml. */
export const ENTRY_FILES = ['identity/main.bicep', 'entra/main.bicep', 'main.bicep'].map((file) => join(INFRA, file))

export const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')

const filesEndingIn = (ending: string): string[] =>
  readdirSync(INFRA, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(ending))
    .map((file) => join(INFRA, file))

const nameOf = (file: string): string => relative(ROOT, file)

/** Names and ids of the built-in roles that the app may have; no other may appear. */
const KNOWN_ROLES: Readonly<Record<string, string>> = {
  storageBlobDataOwner: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b',
  storageTableDataContributor: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3',
  keyVaultSecretsUser: '4633458b-17de-408a-b874-0445c86b69e6',
  keyVaultSecretsOfficer: 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7',
  monitoringMetricsPublisher: '3913510d-42f4-4e42-8a64-420c390055eb',
}

/** What the Functions host itself reads. */
const HOST_SETTINGS = new Set([
  'APPLICATIONINSIGHTS_AUTHENTICATION_STRING',
  'APPLICATIONINSIGHTS_CONNECTION_STRING',
  'AzureWebJobsDisableHomepage',
  'AzureWebJobsStorage__blobServiceUri',
  'AzureWebJobsStorage__clientId',
  'AzureWebJobsStorage__credential',
  'AzureWebJobsStorage__queueServiceUri',
  'AzureWebJobsStorage__tableServiceUri',
  'OTEL_TRACES_SAMPLER',
  'OTEL_TRACES_SAMPLER_ARG',
])

/** Refused or replaced on Flex Consumption. */
const NOT_ON_FLEX =
  /\b(WEBSITE_RUN_FROM_PACKAGE|FUNCTIONS_WORKER_RUNTIME|linuxFxVersion|WEBSITE_NODE_DEFAULT_VERSION)\b/
const DEVELOPMENT_ONLY = new Set([
  'AZURE_FUNCTIONS_ENVIRONMENT',
  'ENTRA_CLIENT_SECRET',
  'LOCAL_KEY_FILE',
  'TABLES_CONNECTION_STRING',
])
const KEYS =
  /\blistKeys\(|\blistAccountKeys\(|AccountKey=|SharedAccessSignature|\bnewGuid\(|passwordCredentials|\.primaryKey\b/i

/** Members of `var <name> = {…}` that stand at its first level. */
const membersOf = (text: string, variable: string): string[] => {
  const block = new RegExp(`^var ${variable} = \\{\\n([\\s\\S]*?)^\\}`, 'm').exec(text)?.[1] ?? ''
  return [...block.matchAll(/^ {2}(\w+):/gm)].map(([, name]) => name ?? '')
}

type Parameters = { parameters: Record<string, { value: unknown }> }
const parametersOf = (path: string): Record<string, { value: unknown }> =>
  (JSON.parse(read(path)) as Parameters).parameters

/** The names of every app setting that the deployment writes. */
export const settingsInBicep = (): string[] => [
  ...membersOf(read('infra/main.bicep'), 'appSettings'),
  ...membersOf(read('infra/app/function.bicep'), 'hostSettings'),
  ...Object.keys(parametersOf('infra/main.parameters.json')['optionalSettings']?.value ?? {}),
]

const checkSettings = (): string[] => {
  const inBicep = new Set(settingsInBicep())
  const unknown = [...inBicep].filter((name) => !(name in SETTINGS) && !HOST_SETTINGS.has(name))
  const missing = Object.keys(SETTINGS).filter((name) => !inBicep.has(name) && !DEVELOPMENT_ONLY.has(name))
  const unsafe = [...inBicep].filter((name) => DEVELOPMENT_ONLY.has(name))
  return [
    ...unknown.map((name) => `infra: the app setting ${name} is unknown to shared/config/settings.ts and to the host`),
    ...missing.map((name) => `infra: the setting ${name} of shared/config/settings.ts cannot be set by the deployment`),
    ...unsafe.map((name) => `infra: the app setting ${name} is for Development only`),
  ]
}

const checkParameters = (file: string): string[] => {
  const declared = new Map(
    [...readFileSync(file, 'utf8').matchAll(/^param (\w+) .*?( = .*)?$/gm)].map(([, name, value]) => [name, value]),
  )
  const path = nameOf(file).replace(/\.bicep$/, '.parameters.json')
  const given = Object.keys(parametersOf(path))
  return [
    ...given.filter((name) => !declared.has(name)).map((name) => `${path}: ${name} is no parameter of the template`),
    ...[...declared]
      .filter(([name, value]) => value === undefined && !given.includes(name ?? ''))
      .map(([name]) => `${path}: ${name ?? ''} is required and not given`),
  ]
}

const checkJson = (file: string): string[] => {
  try {
    JSON.parse(readFileSync(file, 'utf8'))
    return []
  } catch (error) {
    return [`${nameOf(file)}: ${error instanceof Error ? error.message : 'is no JSON'}`]
  }
}

const checkReferences = (file: string): string[] =>
  [...readFileSync(file, 'utf8').matchAll(/^(?:module \w+|import .* from) '([^']+\.bicep)'/gm)]
    .filter(([, target]) => !existsSync(join(dirname(file), target ?? '')))
    .map(([, target]) => `${nameOf(file)}: ${target ?? ''} does not exist`)

/** Rules for the text of one Bicep file. */
export const checkBicepText = (name: string, text: string): string[] => {
  const rules: [boolean, string][] = [
    [KEYS.test(text), 'reads or holds a key: identities only'],
    [NOT_ON_FLEX.test(text), 'sets what Flex Consumption refuses'],
    [/allowSharedKeyAccess: true|DisableLocalAuth: false|disableLocalAuth: false/.test(text), 'allows access by key'],
    [/Microsoft\.KeyVault\/vaults\/secrets/.test(text), 'declares a secret: templates are logged'],
    [/^output \w*(secret|password|key) /im.test(text), 'outputs what sounds like a secret'],
  ]
  return rules.flatMap(([broken, what]) => (broken ? [`${name}: ${what}`] : []))
}

const checkRoles = (): string[] => {
  const given = [...read('infra/app/roles.bicep').matchAll(/^(?: {2}|var )(\w+)(?::| =) '([0-9a-f-]{36})'$/gm)]
  const wrong = given.filter(([, role, id]) => KNOWN_ROLES[role ?? ''] !== id)
  return [
    ...(given.length === 0 ? ['infra/app/roles.bicep: lists no role'] : []),
    ...wrong.map(([, role]) => `infra/app/roles.bicep: ${role ?? ''} is not a role that the app may have`),
    ...(/'[0-9a-f]{8}-[0-9a-f-]{27}'/.test(read('infra/app/rbac.bicep'))
      ? ['infra/app/rbac.bicep: a role by its id']
      : []),
  ]
}

/** `shared/config/config.ts` takes origins only, and Azure's own addresses end in a slash. */
const checkOrigins = (): string[] =>
  [
    ['infra/main.bicep', 'TABLES_ENDPOINT', ':'],
    ['infra/main.bicep', 'KEY_VAULT_URL', ':'],
    ['infra/identity/main.bicep', 'ENTRA_AUTHORITY_HOST', ' string ='],
  ]
    .filter(([file = '', name, sign]) => !new RegExp(`\\b${name}${sign} originOf\\(`).test(read(file)))
    .map(([file, name]) => `${file}: ${name} must be cut to its origin`)

const checkAzd = (): string[] => {
  const project = readProject(ROOT)
  return [...checkPaths(ROOT, project), ...checkPlaceholders(project), ...checkHookVariables(ROOT, project)]
}

/** All checks that need no compiler; each problem is one line. */
export const checkText = (): string[] => [
  ...filesEndingIn('.json').flatMap(checkJson),
  ...filesEndingIn('.bicep').flatMap(checkReferences),
  ...filesEndingIn('.bicep').flatMap((file) => checkBicepText(nameOf(file), readFileSync(file, 'utf8'))),
  ...ENTRY_FILES.flatMap(checkParameters),
  ...checkSettings(),
  ...checkRoles(),
  ...checkOrigins(),
  ...checkAzd(),
]
