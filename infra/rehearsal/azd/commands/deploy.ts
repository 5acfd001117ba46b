import { AzdError } from '../errors.ts'
import type { ServiceConfig } from '../project/schema.ts'
import { deployService } from '../service/deploy.ts'
import { packageService, type Package } from '../service/package.ts'
import { withProjectHooks, type Session } from './session.ts'

const chosenServices = ({ command, project }: Session): [string, ServiceConfig][] => {
  const [wanted] = command.args
  const services = Object.entries(project.services ?? {})
  const chosen = services.filter(([name]) => wanted === undefined || name === wanted)
  if (wanted !== undefined && chosen.length === 0) throw new AzdError(`service name '${wanted}' doesn't exist`)
  return chosen
}

export type Packaged = { readonly name: string; readonly service: ServiceConfig; readonly package: Package }

export const packageServices = async (session: Session): Promise<Packaged[]> => {
  const packaged: Packaged[] = []
  for (const [name, service] of chosenServices(session))
    packaged.push({ name, service, package: await packageService(name, service, session.environment, session.context) })
  return packaged
}

export const deployPackages = async (packaged: readonly Packaged[], session: Session): Promise<void> => {
  for (const { name, service, package: own } of packaged)
    await deployService(name, service, own, session.environment, session.context)
}

/** `azd package`: the same without a deployment. */
export const packageCommand = (session: Session): Promise<void> =>
  withProjectHooks('package', session, async () => {
    await packageServices(session)
  })

export const deploy = (session: Session): Promise<void> =>
  withProjectHooks('deploy', session, async () => {
    if (!session.environment.values().has('AZURE_SUBSCRIPTION_ID'))
      throw new AzdError('infrastructure has not been provisioned', 'Run `azd provision`.')
    session.context.transcript.write('\nDeploying services (azd deploy)\n')
    await deployPackages(await packageServices(session), session)
    session.context.transcript.write('\nSUCCESS: Your application was deployed to Azure.\n')
  })
