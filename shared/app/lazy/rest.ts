import type { Config } from '../../config/config.ts'
import { createEndpoints, type EndpointName, type Served } from '../endpoints.ts'
import { createServices, type Services, type World } from '../services.ts'
import type { Credential } from './credential.ts'

/** All that a worker loads when the first request comes that needs more than to be told where to sign in. */
export type Rest = {
  readonly services: Services
  readonly endpoints: Readonly<Record<EndpointName, Served>>
}

export function createRest(config: Config, world: World, credential: Credential): Rest {
  const services = createServices(config, world, credential)
  return { services, endpoints: createEndpoints(config, services) }
}
