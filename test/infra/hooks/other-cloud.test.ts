import { afterEach, expect, test } from '@jest/globals'
import { domain } from '../../../infra/hooks/steps/domain.ts'
import { identityPreprovision } from '../../../infra/hooks/steps/identity-preprovision.ts'
import { network } from '../../../infra/hooks/steps/network.ts'
import { officer } from '../../../infra/hooks/steps/officer.ts'
import { rotateKey } from '../../../infra/hooks/steps/rotate-key.ts'
import { AZ, AZD, createStage, ME, PROVISIONED, type Stage, SUBSCRIPTION, TENANT } from './stage.ts'

let stage: Stage | undefined
afterEach(() => stage?.close())

const ENV = {
  ...PROVISIONED,
  PRIVATE_NETWORK: 'true',
  KEY_OFFICER_PRINCIPAL_ID: ME,
  TOKEN_ACCOUNT_NAME: 'sttokens',
  TABLES_ENDPOINT: 'https://sttokens.table.core.windows.net',
  CUSTOM_BASE_URL: 'https://crm-mcp.contoso.com',
}
const COMMANDS = [
  ['network', network, ['status']],
  ['network', network, ['open']],
  ['network', network, ['close']],
  ['officer', officer, ['take']],
  ['officer', officer, ['give-back']],
  ['rotate-key', rotateKey, []],
  ['domain', domain, ['bind']],
  ['before layer identity', identityPreprovision, []],
] as const
const CLOUDS = ['AzureUSGovernment', 'AzureChinaCloud', 'a stack" & calc']

test.each(COMMANDS.flatMap(([name, step, args]) => CLOUDS.map((cloud) => [name, args, cloud, step] as const)))(
  '%s %j asks nothing of %s, whose hosts it does not know, and says so',
  async (_name, args, environmentName, step) => {
    const out = { environmentName, id: SUBSCRIPTION, tenantId: TENANT, user: { name: 'ada', type: 'user' } }
    const asked: string[] = []
    const { context, calls } = (stage = createStage({
      env: ENV,
      args,
      fetch: async (input) => {
        asked.push(new Request(input).url)
        return new Response('', { status: 500 })
      },
      az: { ...AZ, 'account show': { out } },
      azd: { ...AZD, 'env get-values': { out: ENV } },
    }))
    const message = await step(context).then(
      () => '',
      (error: unknown) => (error as Error).message,
    )
    expect(message).toMatch(/the cloud .* public cloud alone[\s\S]*\n {2}az cloud set --name AzureCloud\n {2}az login/)
    expect([asked, calls().filter((call) => /get-access-token|azd env set/.test(call))]).toEqual([[], []])
  },
)
