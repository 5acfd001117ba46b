import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import ignore from 'ignore'
import { toText } from '../../../../test/sandbox/azure/arm/expression/values.ts'
import type { Resource } from '../../../../test/sandbox/azure/arm/resources/world.ts'
import type { Context } from '../context.ts'
import type { Environment } from '../environment/environment.ts'
import { AzdError } from '../errors.ts'
import type { ServiceConfig } from '../project/schema.ts'
import type { Package } from './package.ts'

const sameTag = (tags: Readonly<Record<string, string>>, name: string, value: string): boolean => tags[name] === value

/** The group that a deployment named, or the one with the environment's tag. */
const groupOf = (environment: Environment, { cloud }: Context): string => {
  const named = environment.values().get('AZURE_RESOURCE_GROUP')
  if (named !== undefined && named !== '') return named
  const tagged = cloud.arm
    .byType('Microsoft.Resources/resourceGroups')
    .filter(({ tags }) => sameTag(tags, 'azd-env-name', environment.name))
  const [only] = tagged
  if (only === undefined || tagged.length > 1)
    throw new AzdError(
      `${tagged.length === 0 ? '0' : 'more than 1'} resource groups with the tag azd-env-name=${environment.name}`,
    )
  return only.name
}

/** @see azd's pkg/project/resource_manager.go: by the tag `azd-service-name`, or by resourceName */
export const findServiceResource = (
  name: string,
  service: ServiceConfig,
  environment: Environment,
  context: Context,
): Resource => {
  const group = groupOf(environment, context).toLowerCase()
  const within = context.cloud.arm
    .byType('Microsoft.Web/sites')
    .filter((one) => one.resourceGroup?.toLowerCase() === group)
  const found = within.find((one) =>
    service.resourceName === undefined
      ? sameTag(one.tags, 'azd-service-name', name)
      : one.name === service.resourceName,
  )
  if (found === undefined)
    throw new AzdError(
      `resource not found: unable to find a resource tagged with 'azd-service-name: ${name}'. Ensure the service resource is ` +
        'correctly tagged in your infrastructure configuration, and rerun provision',
    )
  return found
}

/** azd's pkg/project/service_target_functionapp.go: here it is the `.funcignore` of the project that counts, whoever made the zip. */
const checkRemoteBuild = (folder: string, { remoteBuild }: ServiceConfig): void => {
  const file = join(folder, '.funcignore')
  if (!existsSync(file)) return
  const excluded = ignore().add(readFileSync(file, 'utf8')).ignores('node_modules/')
  if (remoteBuild === true && !excluded)
    throw new AzdError(
      "'remoteBuild: true' requires '.funcignore' to exclude node_modules",
      "Update '.funcignore' to exclude node_modules, or set 'remoteBuild: false'.",
    )
  if (remoteBuild === false && excluded)
    throw new AzdError(
      "'remoteBuild: false' cannot be used when '.funcignore' excludes node_modules",
      "Set 'remoteBuild: true', or remove node_modules from '.funcignore'.",
    )
}

/** Uploads the package to the service's function app. */
export const deployService = async (
  name: string,
  service: ServiceConfig,
  { zip }: Package,
  environment: Environment,
  context: Context,
): Promise<void> => {
  context.transcript.write(`\nDeploying service ${name}\n`)
  const site = findServiceResource(name, service, environment, context)
  checkRemoteBuild(resolve(context.projectDir, service.project), service)
  await context.cloud.deployZip(site, zip)
  const endpoint = `https://${toText(site.properties['defaultHostName'])}/`
  context.transcript.write(`  (✓) Done: Deploying service ${name}\n  - Endpoint: ${endpoint}\n`)
}
