import { resolve } from 'node:path'
import { AzdError } from '../errors.ts'
import type { ServiceConfig } from '../project/schema.ts'
import { deployService } from '../service/deploy.ts'
import { packageFrom } from '../service/from-package.ts'
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

/** What is deployed: built now, or with `--from-package` the file that it names, as it is. */
const packagesToDeploy = async (session: Session): Promise<Packaged[]> => {
  const { command, context } = session
  const file = command.flags['from-package']
  if (typeof file !== 'string' || file === '') return packageServices(session)
  if (command.flags['all'] === true || command.args.length === 0)
    throw new AzdError(
      `'--from-package' cannot be specified when ${command.flags['all'] === true ? "'--all' is set" : 'deploying all services'}. ` +
        'Specify a specific service by passing a <service>',
    )
  const own = packageFrom(resolve(context.projectDir, file))
  return chosenServices(session).map(([name, service]) => ({ name, service, package: own }))
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
    await deployPackages(await packagesToDeploy(session), session)
    session.context.transcript.write('\nSUCCESS: Your application was deployed to Azure.\n')
  })
