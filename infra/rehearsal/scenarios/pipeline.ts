import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { SUBSCRIPTION_ID } from '../world/azure.ts'
import { ENVIRONMENT, type World } from '../world/world.ts'
import { consentAsPrinted, prepare } from './first-run.ts'
import { mustBeExplained } from './people.ts'
import { expectRun, must, mustBeWholePage, type Scenario } from './scenario.ts'

const AUDIENCE = 'api://AzureADTokenExchange'
const SECRETS_OFFICER = 'Key Vault Secrets Officer'

/** Steps 1 to 5 of the runbook, by a person: the registration, the keys, consent. */
async function deployAsPerson(world: World): Promise<void> {
  await prepare(world)
  await expectRun(world, 'npm run pipeline', { code: 1, says: ['The first deployment is a person’s'] })
  await consentAsPrinted(world, await expectRun(world, 'azd up'))
  await expectRun(world, 'npm run pipeline', { code: 1, says: ['npm run officer -- give-back'] })
  await expectRun(world, 'npm run officer -- give-back')
}

/** As the page has it. @returns the pipeline's client id */
async function admitPipeline(world: World): Promise<string> {
  const { MANAGED_IDENTITY_PRINCIPAL_ID: app = '' } = await world.env()
  const sub = await expectRun(world, 'gh api "repos/{owner}/{repo}/actions/oidc/customization/sub"')
  const { sub_claim_prefix: prefix } = JSON.parse(sub) as { sub_claim_prefix: string }
  const made = await expectRun(
    world,
    `az deployment sub create --name pipeline-${ENVIRONMENT} --location uksouth --template-file infra/pipeline/main.bicep ` +
      `--parameters environmentName=${ENVIRONMENT} appPrincipalId=${app} "subject=${prefix}:environment:${ENVIRONMENT}" ` +
      '--query properties.outputs',
  )
  const { AZURE_CLIENT_ID: client, AZURE_PRINCIPAL_ID: principal } = JSON.parse(made) as Record<
    string,
    { value: string }
  >
  await expectRun(world, `npm run assign -- --administrator ${principal?.value ?? ''}`)
  await expectRun(world, `gh variable set AZURE_CLIENT_ID --env ${ENVIRONMENT} --body ${client?.value ?? ''}`)
  await expectRun(world, 'npm run pipeline')
  await expectRun(world, `gh variable set --env ${ENVIRONMENT} --env-file .azure/${ENVIRONMENT}/pipeline.env`)
  return client?.value ?? ''
}

/** Another branch, another environment, a fork's pull request, another audience or issuer: nobody gets in. */
function mustNotSignIn({ azure, github, transcript }: World, client: string): void {
  const good = github.proof({ environment: ENVIRONMENT }, AUDIENCE)
  const others = [
    ['AADSTS700213', github.proof({ ref: 'refs/heads/main' }, AUDIENCE)],
    ['AADSTS700213', github.proof({ environment: 'contoso-test' }, AUDIENCE)],
    ['AADSTS700213', { ...good, subject: `repo:Harbour-Pine/crm-mcp:environment:${ENVIRONMENT}` }],
    ['AADSTS7002138', { ...good, subject: good.subject.replace('Harbour', 'harbour') }],
    ['AADSTS700212', github.proof({ environment: ENVIRONMENT }, 'https://github.com/Harbour-Pine')],
    ['AADSTS700211', { ...good, issuer: 'https://token.actions.githubusercontent.example' }],
  ] as const
  for (const [code, claims] of others) {
    let said = 'signed in'
    try {
      azure.entra.signInFederated(client, claims)
    } catch (error) {
      said = String(error)
    }
    transcript.write(`  ${claims.subject} for ${claims.audience}: ${said}\n`)
    must(said.includes(code), `a proof of ${claims.subject} was answered ${said}, not ${code}`)
  }
}

/** The zip of the release, as deploy.yml downloads it. The seconds are those of some commit: the clone here has no git. */
async function releasedZip(world: World): Promise<string> {
  await expectRun(world, 'npm run release -- --date 1767225600', { says: ['SHA256SUMS'] })
  const { version } = JSON.parse(readFileSync(join(world.project.dir, 'package.json'), 'utf8')) as { version: string }
  return `release/chatgpt-dynamics-mcp-${version}.zip`
}

/** What deploy.yml does, on a machine that knows nothing: signs in, restores the values, updates. */
async function runJob(world: World, client: string): Promise<void> {
  const { azure, github, project } = world
  const zip = await releasedZip(world)
  rmSync(join(project.dir, '.azure'), { recursive: true })
  world.asPipeline(azure.entra.signInFederated(client, github.proof({ environment: ENVIRONMENT }, AUDIENCE)))
  const given = Object.fromEntries(github.variables.get(ENVIRONMENT) ?? [])
  must(given['AZURE_CLIENT_ID'] === client, 'the job does not know as whom to sign in')
  world.jobEnvironment({ ...given, ENVIRONMENT })
  await world.project.withoutPackages(async () => {
    await expectRun(world, 'node infra/pipeline/restore.mjs')
    await expectRun(world, `azd env select ${ENVIRONMENT}`)
    await expectRun(world, 'azd provision --no-prompt', {
      says: ['key officer: nobody', 'Keys: skipped: both keys exist'],
      neverSays: ['Authorization_RequestDenied'],
    })
    await expectRun(world, `azd deploy mcp --from-package ${zip} --no-prompt`, {
      says: ['the app answers, version'],
      neverSays: ['Inside the app: skipped', 'npm run build'],
    })
  })
}

/** Beyond its task: itself as key officer, a role for itself or for another, another group. */
async function mustNotGive(world: World, client: string): Promise<void> {
  const { directory } = world.azure
  const own = [...directory.servicePrincipals.values()].find(({ appId }) => appId === client)?.id ?? ''
  const env = await world.env()
  const group = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/rg-${ENVIRONMENT}`
  const vault = `${group}/providers/Microsoft.KeyVault/vaults/${env['KEY_VAULT_NAME'] ?? ''}`
  const app = env['MANAGED_IDENTITY_PRINCIPAL_ID'] ?? ''
  const tries = [
    [own, SECRETS_OFFICER, vault],
    [own, 'Key Vault Secrets User', vault],
    [app, SECRETS_OFFICER, vault],
    [own, 'Owner', group],
    [app, 'Storage Blob Data Owner', `${group}-pipeline`],
  ] as const
  for (const [whom, role, scope] of tries)
    await expectRun(
      world,
      `az role assignment create --assignee-object-id ${whom} --assignee-principal-type ServicePrincipal --role "${role}" --scope ${scope}`,
      { code: 1, says: ['AuthorizationFailed'] },
    )
  await expectRun(world, 'azd provision platform --no-state --no-prompt')
  await expectRun(world, `azd env set KEY_OFFICER_PRINCIPAL_ID ${own}`)
  await expectRun(world, 'azd provision platform --no-prompt', { code: 1, says: ['ABAC condition not fulfilled'] })
}

export const pipeline: Scenario = {
  name: 'pipeline',
  title:
    'a person deploys and admits a pipeline of GitHub; it updates the app by its environment’s proof, and can do no more',
  run: async (world) => {
    await deployAsPerson(world)
    const client = await admitPipeline(world)
    mustNotSignIn(world, client)
    mustBeExplained(world, 'AADSTS700213')
    await runJob(world, client)
    await mustNotGive(world, client)
    mustBeWholePage(world, 'infra/pipeline.md')
  },
}

/** Of a deployment that is there: what an admitted pipeline may give, and nothing else of the above. */
export async function pipelineIsBound(world: World): Promise<void> {
  await expectRun(world, 'npm run officer -- give-back')
  const client = await admitPipeline(world)
  world.asPipeline(client)
  await mustNotGive(world, client)
}
